import { faultInWords, withoutStop } from '../fault-words.ts';
import { type Check, fail, pass } from '../report.ts';
import type { BatchAnswer, WholeFacts } from '../whole.ts';

const REPLICATES = 'replicates';
const COUNTS = 'entry-counts';

/** What both Data Grids say of each other, for every cache of the configuration. */
export const replicationChecks = (
  caches: readonly string[],
  { serving, passive, servingAnswer, passiveAnswer, counts }: WholeFacts,
): readonly Check[] => [
  statusCheck(caches, serving, passive, servingAnswer),
  statusCheck(caches, passive, serving, passiveAnswer),
  countsCheck(serving, passive, counts),
];

function statusCheck(caches: readonly string[], site: string, against: string, answer: BatchAnswer): Check {
  if ('Error' in answer) {
    const why = faultInWords(answer.Error, answer.Cause);
    return fail(
      REPLICATES,
      site,
      `What the Data Grid of ${site} says of ${against} is not known: ${withoutStop(why)}.`,
      `See the executions of run-batch in the Step Functions console, and the cluster of ${site}.`,
    );
  }
  const { outcome, reason, remedy } = answer.facts;
  if (outcome === 'proven')
    return pass(
      REPLICATES,
      site,
      `${site} sees ${against}, and each cache is online toward it (${caches.length}).`,
    );
  return fail(
    REPLICATES,
    site,
    reason ?? `The Batch that asks ${site} about ${against} ended as ${outcome}.`,
    remedy ?? `Look at the Data Grid and its operator at ${site}.`,
  );
}

function countsCheck(serving: string, passive: string, counts: WholeFacts['counts']): Check {
  if ('Error' in counts) return notCounted(serving, passive, faultInWords(counts.Error, counts.Cause));
  switch (counts.outcome) {
    case 'equal':
      return pass(COUNTS, passive, `${passive} holds about as many entries as ${serving} in each cache.`);
    case 'differ':
      return fail(
        COUNTS,
        passive,
        `${counts.reason ?? 'The entry counts differ.'} They did each of the times that they were counted.`,
        `${passive} lacks entries or holds old ones. Start "failover" with {"lostSite":"${passive}"}, which takes it offline at ${serving}, and then "resync".`,
      );
    default:
      return notCounted(serving, passive, 'not both sites counted them');
  }
}

const notCounted = (serving: string, passive: string, why: string): Check =>
  fail(
    COUNTS,
    passive,
    `Whether ${passive} holds as many entries as ${serving} is not known: ${withoutStop(why)}.`,
    'See what the sites say of each other, above all whether each cache keeps statistics.',
  );
