import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readLog } from '../../functions/data-grid/cli-output.ts';
import { commandsOf, isJoined, STEPS, type Step, scriptOf } from '../../functions/data-grid/commands.ts';
import type { NotProven, Proven } from '../../functions/data-grid/outcomes.ts';
import { clearsAreAnswered, prove } from '../../functions/data-grid/proofs.ts';
import { FailoverError, UnparseableLogError } from '../../functions/shared/errors.ts';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { healthyCli, logOf } from '../data-grid/site.ts';
import { unfounded } from './log-oracle.ts';
import { harmless, interleaved, mishaps } from './near-misses.ts';

const folder = new URL('../data-grid/recorded/', import.meta.url);
const recorded = (name: string): string => readFileSync(new URL(`${name}.log`, folder), 'utf8');
const { caches } = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as {
  readonly caches: readonly CacheName[];
};
const target = { site: 'site-a' as SiteName, against: 'site-b' as SiteName, caches };

/** Logs that prove their step, all taken at site-a. */
const LOGS: readonly (readonly [Step, string])[] = [
  ['take-offline', 'take-offline'],
  ['take-offline', 'take-offline-while-gone'],
  ['status', 'status-online'],
  ['status', 'status-offline'],
  ['view', 'view'],
  ['alone', 'view-alone'],
  ['count', 'count'],
  ['describe-caches', 'describe-caches'],
  ['prepare-push', 'prepare-push'],
  ['push', 'push-sending'],
  ['push-status', 'push-status-ok'],
  ['push-status', 'push-status-while-gone'],
  ['end-push', 'end-push'],
];
/** Recorded at the other site, told of as if here: the names of the two sites exchanged. */
const HERE: readonly (readonly [Step, string])[] = [
  ['bring-online', 'bring-online'],
  ['clear', 'clear'],
];
const exchanged = (log: string): string =>
  log.replace(/site-[ab]/g, (site) => (site === 'site-a' ? 'site-b' : 'site-a'));

/** Joined steps, which nobody recorded, as a Data Grid in memory answers them. */
const JOINED: readonly (readonly [Step, string])[] = STEPS.filter(isJoined).map((step) => [
  step,
  logOf(scriptOf(commandsOf(step, target)), healthyCli(target.site, {}, { work: 30_000 })),
]);

const proving: readonly { readonly step: Step; readonly log: string }[] = [
  ...[...LOGS, ...HERE].map(([step, name]) => [step, recorded(name)] as const),
  ...JOINED,
].map(([step, log]) => {
  const found = [log, exchanged(log)].find((each) => outcomeOf(step, each)?.outcome === 'proven');
  if (found === undefined) throw new Error(`${log} does not prove ${step}`);
  return { step, log: found };
});

/** Null: it can't be read. Anything but the error for that fails the test. */
function outcomeOf(step: Step, log: string): Proven | NotProven | null {
  const commands = commandsOf(step, target);
  try {
    const reading = readLog(log, commands, 'failover-batch', target.against);
    clearsAreAnswered(reading);
    return prove({ ...target, step, pods: null }, reading);
  } catch (error) {
    if (!(error instanceof UnparseableLogError)) throw error;
    return null;
  }
}

/** Nothing is proven that the text does not say. */
function isFounded(step: Step, log: string): void {
  const outcome = outcomeOf(step, log);
  if (outcome?.outcome === 'proven') expect([unfounded(log, outcome, target), log]).toEqual([[], log]);
}

const one = fc.constantFrom(...proving);

describe('a log that nearly is what it should be', () => {
  it('proves nothing that its text does not say, whatever befell it', () => {
    fc.assert(
      fc.property(one, mishaps, ({ step, log }, mishap) => isFounded(step, mishap(log))),
      { numRuns: 4_000, seed: 20_260_105 },
    );
  });

  it('proves nothing that its text does not say, read as the log of another step', () => {
    fc.assert(
      fc.property(one, fc.constantFrom(...STEPS), mishaps, ({ log }, step, mishap) => {
        isFounded(step, log);
        isFounded(step, mishap(log));
      }),
      { numRuns: 1_000, seed: 20_260_106 },
    );
  });

  it('proves nothing that its text does not say, written into another one', () => {
    const turns = fc.array(fc.boolean(), { maxLength: 60 });
    fc.assert(
      fc.property(one, one, turns, ({ step, log }, other, order) => {
        isFounded(step, interleaved(log, other.log, order));
      }),
      { numRuns: 1_000, seed: 20_260_107 },
    );
  });

  it('says the same with colours, blank lines, other line ends and what Java says of itself', () => {
    fc.assert(
      fc.property(one, harmless, ({ step, log }, mishap) => {
        expect(outcomeOf(step, mishap(log))).toEqual(outcomeOf(step, log));
      }),
      { numRuns: 500, seed: 20_260_108 },
    );
  });

  it('is never an error but its own, which names the Batch and the remedy', () => {
    const noise = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json({ maxDepth: 4 }),
      fc.constantFrom('{', '}', '"'),
    );
    const framed = fc
      .array(fc.tuple(fc.nat(3), noise), { maxLength: 8 })
      .map((parts) =>
        parts
          .map(([extra, text], at) => `BEGIN-${at + 1 + (extra === 3 ? 1 : 0)}\n${text}\nEND-${at + 1}`)
          .join('\n'),
      );
    fc.assert(
      fc.property(fc.oneof(noise, framed), fc.constantFrom(...STEPS), (log, step) => {
        try {
          prove(
            { ...target, step, pods: null },
            readLog(log, commandsOf(step, target), 'failover-batch', target.against),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(FailoverError);
          expect((error as FailoverError).message).toContain('failover-batch');
          expect((error as FailoverError).remedy).not.toBe('');
        }
      }),
      { numRuns: 2_000, seed: 20_260_109 },
    );
  });
});
