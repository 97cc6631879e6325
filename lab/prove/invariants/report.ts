import type { SiteName } from '../../../functions/shared/names.ts';
import type { Eyes } from './eyes.ts';
import { hasMovedTraffic } from './moving.ts';

interface Check {
  readonly id: string;
  readonly about: string;
  readonly result: string;
  readonly what: string;
}

interface Report {
  readonly depth: string;
  readonly checks: readonly Check[];
}

/**
 * `always-told`: where both sites are up and in sync and nothing goes on, the report of readiness, for which both Data
 * Grids are asked, says that a failover would succeed; but for what is so: that automation has moved lately, that somebody
 * may have changed a check, and that the sites hold different numbers of entries.
 */
export async function checkReport(eyes: Eyes): Promise<void> {
  const { world, now, movedAt, mayHaveDrifted, violated } = eyes;
  const { engine } = world.installation;
  const at = movedAt();
  const hasMovedLately =
    now() - at < world.configuration.automation.minimumSecondsBetweenMoves * 1000 &&
    !engine.listExecutions().some((later) => later.startDate.getTime() > at && hasMovedTraffic(later));
  const mayBeSo = ({ id, about, what }: Check) =>
    (id === 'automatic-move' && hasMovedLately) ||
    (id === 'switch-unchanged' && mayHaveDrifted(about as SiteName)) ||
    (id === 'entry-counts' && doCountsDiffer(what, eyes));
  const started = world.installation.startExecution('readiness', { check: 'whole' });
  const { status, output } = await engine.ended(started);
  const report = (output as { readonly report?: Report | null } | null)?.report;
  if (report?.depth !== 'whole') {
    violated('always-told', `Nothing goes on, and readiness reports nothing of the whole: it is ${status}.`);
    return;
  }
  const wrong = report.checks.filter((check) => check.result === 'fail' && !mayBeSo(check));
  if (wrong.length > 0)
    violated(
      'always-told',
      `Nothing is wrong, and readiness calls it not ready: ${wrong.map(({ what }) => what).join(' ')}`,
    );
}

/** What was refused, so that nobody was promised it, one site may hold all the same. */
const doCountsDiffer = (what: string, { world, sites: [one, other], entries }: Eyes): boolean =>
  /^Entry counts differ: /.test(what) &&
  world.configuration.caches.some(
    (cache) => what.includes(`${cache} holds`) && entries(one, cache).size !== entries(other, cache).size,
  );
