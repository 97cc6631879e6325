import type { Ledger } from '../ledger/ledger.ts';
import { saidLately, standing } from '../ledger/standing.ts';
import { send } from '../shared/mail.ts';
import { type Article, reportOf } from '../shared/report.ts';
import type { Page } from './decision.ts';
import type { Parts } from './parts.ts';

/** Tells on-call that nothing was moved and what to do, once for each thing there is to say. */
export async function page(parts: Parts, ledger: Ledger, { about, what, remedy }: Page): Promise<void> {
  if (saidLately(ledger, about, parts.store.now())) return;
  await publish(parts, what, remedy, about.startsWith('drift:') ? 'drift' : 'site-endpoint');
  await parts.store.change(() => [{ type: 'paged', about }]);
}

/** Tells it, said before or not. */
export async function publish(
  { edge, store }: Parts,
  what: string,
  remedy: string,
  article?: Article,
): Promise<void> {
  const told = {
    headline: 'needs a person, nothing was moved',
    what,
    done: [],
    notDone: ['Nothing was moved.'],
    next: [remedy],
  };
  const links = article === undefined ? {} : { article };
  await send(edge, reportOf(edge.configuration, told, await standing(store), links));
}
