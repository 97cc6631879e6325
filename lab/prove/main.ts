import { playAll } from './crew.ts';
import type { CallRecord, Ending, History, Trouble } from './history.ts';
import { onOneLine, report, summedUp, table } from './narration.ts';
import { HELP, type ProveOptions, parseOptions } from './options.ts';
import {
  countOfPairs,
  firstsOfPairs,
  type Known,
  pairs,
  randomHistory,
  singles,
  singlesOfEachCallOnce,
} from './plans.ts';
import { play } from './play.ts';
import { shrink } from './shrink.ts';
import { workflowOf } from './stories.ts';
import type { Played } from './worker.ts';

Error.stackTraceLimit = 0;
process.env['FAILOVER_LOG'] = 'silent';

/** Failing histories that are told at length; all are counted. */
const TOLD_AT_LENGTH = 3;
/** Histories, where a log is written. */
const LOGGED_EVERY = 5_000;

async function main(options: ProveOptions): Promise<number> {
  if (options.replay !== null) {
    const told = await play(options.replay, true);
    console.log(report(options.replay, told));
    console.log(`It ends as ${told.ending}.`);
    const never = options.replay.troubles.filter(({ at }) => at > told.calls.length);
    for (const { at, kind } of never)
      console.log(`There was no call ${at}, only ${told.calls.length}: "${kind}" did not happen.`);
    return told.ending === 'violation' ? 1 : 0;
  }
  const known: Known[] = [];
  for (const story of options.stories) {
    const untroubled = { story, seed: 1, troubles: [] };
    const told = await play(untroubled);
    if (told.ending !== 'success') {
      console.log(report(untroubled, await play(untroubled, true)));
      return 1;
    }
    known.push({ story, ...told });
  }
  const firsts = options.pairs ? await firstFaults(known) : new Map();
  const began = Date.now();
  const tally = new Map(known.map(({ story }) => [story, newTally()]));
  const broken: Played[] = [];
  let played = 0;
  await playAll(plan(options, known, firsts), (result) => {
    const ofStory = tally.get(result.history.story)!;
    ofStory[result.ending] += 1;
    if (result.struck === 0) ofStory.untroubled += 1;
    played += 1;
    if (result.ending === 'violation') {
      broken.push(result);
      // At once: a run of hours may be cut off before it has told them.
      console.error(
        `${process.stderr.isTTY ? '\r' : ''}${onOneLine(result.history)}  ${result.violations[0]!.what}`,
      );
    }
    showProgress(played, broken.length, began);
  });
  if (process.stderr.isTTY) process.stderr.write('\r');
  if (options.pairs) console.log(leftOut(known, firsts));
  const rows = known.map(({ story }) => {
    const { untroubled, success, 'safe stop': safeStop, violation } = tally.get(story)!;
    const histories = success + safeStop + violation;
    return { name: story, histories, untroubled, success, safeStop, violation };
  });
  console.log(`${table('story', rows)}\n`);
  console.log(
    `${table('workflow', summedUp(rows.map((row) => ({ ...row, name: workflowOf(row.name) }))))}\n`,
  );
  const seconds = (Date.now() - began) / 1000;
  console.log(
    `${played} histories in ${Math.round(seconds)} s, ${(played / seconds).toFixed(1)} a second; ${broken.length} violations.`,
  );
  await tell(broken);
  return broken.length === 0 ? 0 : 1;
}

/** On a terminal always; in a log now and then, so that it says how far a run of hours is. */
function showProgress(played: number, violations: number, began: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${played} histories, ${violations} violations `);
  else if (played % LOGGED_EVERY === 0) {
    const seconds = Math.round((Date.now() - began) / 1000);
    console.error(`${played} histories after ${seconds} s, ${violations} violations`);
  }
}

const newTally = (): Record<Ending | 'untroubled', number> => ({
  untroubled: 0,
  success: 0,
  'safe stop': 0,
  violation: 0,
});

/** What each story calls where the first fault of a pair alone happens. */
async function firstFaults(known: readonly Known[]): Promise<Firsts> {
  const firsts = new Map<string, readonly CallRecord[]>();
  for (const { story, calls } of known) {
    for (const first of firstsOfPairs(calls)) {
      const told = await play({ story, seed: 1, troubles: [first] });
      firsts.set(nameOf(story, first), told.calls);
    }
  }
  return firsts;
}

function leftOut(known: readonly Known[], firsts: Firsts): string {
  const all = known.reduce((sum, { calls }) => sum + countOfPairs(calls), 0);
  const planned = known.reduce((sum, each) => sum + [...pairsOf(each, firsts)].length, 0);
  return `${all - planned} of ${all} pairs are left out: after the first fault, the second one's call is not made any more.\n`;
}

const pairsOf = ({ story, calls }: Known, firsts: Firsts): Iterable<History> =>
  pairs(story, calls, (first) => firsts.get(nameOf(story, first))!);

const nameOf = (story: string, { at, kind }: Trouble): string => `${story} ${at} ${kind}`;

type Firsts = ReadonlyMap<string, readonly CallRecord[]>;

function* plan(
  { random, seed, oneIn, ...which }: ProveOptions,
  known: readonly Known[],
  firsts: Firsts,
): Generator<History> {
  if (random !== null) {
    for (let index = 0; index < random; index++) yield randomHistory(seed, index, known);
    return;
  }
  let index = 0;
  for (const history of planned(which, known, firsts)) if (index++ % oneIn === 0) yield history;
}

function* planned(
  { everywhere, eachCallOnce, pairs: inPairs }: Pick<ProveOptions, 'everywhere' | 'eachCallOnce' | 'pairs'>,
  known: readonly Known[],
  firsts: Firsts,
): Generator<History> {
  if (eachCallOnce) yield* singlesOfEachCallOnce(known);
  else
    for (const each of known)
      yield* inPairs ? pairsOf(each, firsts) : singles(each.story, each.calls, everywhere);
}

/** Of each invariant the first few, made as small as they get. */
async function tell(broken: readonly Played[]): Promise<void> {
  const byInvariant = Map.groupBy(broken, ({ violations }) => violations[0]!.invariant);
  for (const [invariant, results] of byInvariant) {
    console.log(`\n${invariant}: ${results.length} histories`);
    for (const { history } of results.slice(0, TOLD_AT_LENGTH)) {
      const smallest = await shrink(history, invariant);
      console.log(report(smallest, await play(smallest)));
    }
    for (const { history, violations } of results.slice(TOLD_AT_LENGTH)) {
      console.log(`  ${onOneLine(history)}  ${violations[0]!.what}`);
    }
  }
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') console.log(HELP);
  else process.exitCode = await main(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
