import { type Details, isAnswer, lastOf, outcomeOf, reasonOf, remedyOf, text } from './reasons.ts';

/** Sentences that more than one message has. */

export const start = (workflow: string, input = '{}'): string =>
  `Start the workflow "${workflow}" with ${input}.`;

/** Why and since when, by what failover decided on. */
export function lossOf(details: Details): string {
  const { decision } = details;
  const lost = text(details, 'lost');
  if (!isAnswer(decision) || typeof decision['reason'] !== 'string')
    return `${lost} was lost or left the cross-site view.`;
  return `${lost} was lost: ${decision['reason']} (recorded at ${text(decision, 'since')}).`;
}

/** Whom DNS answers with after a loss: Route 53 may not have taken what was decided. */
export function trafficOf(details: Details): {
  readonly done: readonly string[];
  readonly notDone: readonly string[];
} {
  const { decision } = details;
  const [serving, lost] = [text(details, 'serving'), text(details, 'lost')];
  if (!isAnswer(decision) || typeof decision['unwritten'] !== 'string')
    return { done: [`Traffic goes to ${serving}; ${lost} is stale and gets none.`], notDone: [] };
  return {
    done: [],
    notDone: [
      `${lost} is stale, and Route 53 did not take that (${decision['unwritten']}): it is tried again every minute. Until then DNS may answer with ${lost} once that answers again.`,
    ],
  };
}

export const databaseDone = (details: Details): readonly string[] =>
  outcomeOf(details['database']) === 'moved' ? ['Aurora was asked to move its writer there.'] : [];

/** While Aurora fails over already, by itself or for a move just before, nobody can say where its writer ends. */
export const databaseNotDone = (details: Details): readonly string[] => {
  switch (outcomeOf(details['database'])) {
    case 'failed':
      return [`The database writer did not follow: ${reasonOf(details['database'])}`];
    case 'failover-running':
      return ['Whether the database writer follows is not known: Aurora was failing over already.'];
    default:
      return [];
  }
};

export const databaseNext = (details: Details): readonly string[] => {
  switch (outcomeOf(details['database'])) {
    case 'failed':
      return [
        'Move the database writer by hand when its zone is lost: a writer elsewhere works, but slower.',
      ];
    case 'failover-running':
      return [
        'Once Aurora is available again, look whether its writer is in the zone of the site that serves, and move it by hand otherwise: a writer elsewhere works, but slower.',
      ];
    default:
      return [];
  }
};

export function driftNext(details: Details): readonly string[] {
  const outcome = outcomeOf(details['traffic']);
  if (outcome !== 'drift' && outcome !== 'not-safe') return [];
  return [`Route 53 was changed by hand and was left so: ${reasonOf(details['traffic'])} ${start('adopt')}`];
}

/** What a promotion leaves to a person. */
export function promotedLeft(details: Details): readonly string[] {
  const { drift, suspect } = lastOf(details);
  const left = typeof suspect === 'string' ? [suspect] : [];
  if (typeof drift === 'string')
    left.push(`Route 53 was changed by hand and was left so: ${drift}. ${start('adopt')}`);
  return left;
}

/** What may still empty a site that was promoted. Absent: of an execution that began before it was looked for. */
export function promotedNotCleared(site: string, { clears }: Details): readonly string[] {
  if (clears === undefined || outcomeOf(clears) === 'none-left') return [];
  return [
    `It is not proven that no clear from before is left at ${site}, which would empty it. ${reasonOf(clears)}`,
  ];
}

/** Whether the lost site may be online again at the survivor. Absent: as above. */
export const isInDoubt = ({ leftovers }: Details): boolean =>
  leftovers !== undefined && outcomeOf(leftovers) !== 'none-left';

/** What may still bring it online there. */
export function mayBeUndone(
  serving: string,
  lost: string,
  details: Details,
): { readonly notDone: readonly string[]; readonly next: readonly string[] } {
  const { leftovers } = details;
  if (!isInDoubt(details)) return { notDone: [], next: [] };
  const { last, looked } = isAnswer(leftovers) ? leftovers : {};
  const again =
    'Where it counts as not proven above, the sweep starts failover again within a minute while automation is armed.';
  if (outcomeOf(leftovers) === 'unproven')
    return {
      notDone: [
        `${lost} was proven offline at ${serving}, something of before may have undone that, and it could not be proven again. ${reasonOf(last)}`,
      ],
      next: [...remedyOf(last), ...remedyOf(looked), again, byHand(details)],
    };
  return {
    notDone: [
      `It is not proven that nothing from before is left at ${serving} that would bring ${lost} online there again: then writes are refused. ${reasonOf(leftovers)}`,
    ],
    next: [...remedyOf(leftovers), again, byHand(details)],
  };
}

/** Step 1 of the guide's chapter 10, for whoever has to do it at a terminal. */
export function byHand(details: Details): string {
  const lost = text(details, 'lost');
  return `By hand, in the Data Grid command line at ${text(details, 'serving')}: site take-offline --all-caches --site=${lost}, until "site status --all-caches --site=${lost}" says offline.`;
}
