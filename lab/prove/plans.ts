import { seededRandom } from '../drill/random.ts';
import {
  CALL_FAULTS,
  type CallRecord,
  type History,
  type Told,
  TROUBLE_KINDS,
  type Trouble,
} from './history.ts';
import { workflowOf } from './stories.ts';
import { applies } from './troubled-call.ts';

/** What a story did when nothing troubled it. */
export interface Known extends Pick<Told, 'calls' | 'everyCall'> {
  readonly story: string;
}

/** Looks of a loop are the same call again and again: the first ones and the last one stand for all. */
const OF_A_KIND = 3;
/** A story of fewer calls is not played in less time: the way to its end has about so many. */
const LEAST_CALLS = 100;

/** The calls of a story that are troubled, by their number. */
function placesOf(calls: readonly CallRecord[]): readonly number[] {
  const chosen = ofAKind(calls, ({ key }) => key).flatMap((places) =>
    places.length <= OF_A_KIND ? places : [...places.slice(0, OF_A_KIND), places.at(-1)!],
  );
  return chosen.sort((a, b) => a - b);
}

/** For pairs, so that they can be played in hours: the first write of each step, the first read of each API. */
function placesOfPairs(calls: readonly CallRecord[]): readonly number[] {
  const api = ({ key, reads }: CallRecord) => (reads ? key.replace(/ for .*$/, '') : key);
  return ofAKind(calls, api)
    .map(([first]) => first!)
    .sort((a, b) => a - b);
}

function ofAKind(calls: readonly CallRecord[], kindOf: (call: CallRecord) => string): readonly number[][] {
  const places = Map.groupBy(calls.keys(), (index) => kindOf(calls[index]!));
  return [...places.values()].map((indices) => indices.map((index) => index + 1));
}

/**
 * Every fault of the list at every call of a story, one a history; what happens between steps before each of them.
 * @param everywhere before each call of a step as well
 */
export function singles(story: string, calls: readonly CallRecord[], everywhere = false): readonly History[] {
  return placesOf(calls).flatMap((at) =>
    TROUBLE_KINDS.filter((kind) => applies(kind, calls[at - 1]!, everywhere)).map((kind) => ({
      story,
      seed: 1,
      troubles: [{ at, kind }],
    })),
  );
}

/** The same of several stories; a call that one has troubled is not troubled in a later one of its workflow. */
export function* singlesOfEachCallOnce(known: readonly Known[]): Generator<History> {
  const seen = new Map<string, Set<string>>();
  for (const { story, calls } of known) {
    const workflow = workflowOf(story);
    const before = seen.get(workflow) ?? new Set();
    for (const history of singles(story, calls)) {
      if (!before.has(calls[history.troubles[0]!.at - 1]!.key)) yield history;
    }
    seen.set(workflow, new Set([...before, ...calls.map(({ key }) => key)]));
  }
}

/** The first faults of all pairs of a story. */
export const firstsOfPairs = (calls: readonly CallRecord[]): readonly Trouble[] =>
  placesOfPairs(calls).flatMap((at) => faultsAt(calls, at).map((kind) => ({ at, kind })));

const faultsAt = (calls: readonly CallRecord[], at: number) =>
  CALL_FAULTS.filter((kind) => applies(kind, calls[at - 1]!, false));

/**
 * Every fault at every call, followed by every fault at every later call. The first one shifts the calls after it, so the
 * second is looked for among those that it leaves; a pair whose second call is not made any more is left out.
 * @param callsAfter what the story calls where the first fault alone happens
 */
export function* pairs(
  story: string,
  calls: readonly CallRecord[],
  callsAfter: (first: Trouble) => readonly CallRecord[],
): Generator<History> {
  const places = placesOfPairs(calls);
  for (const first of firstsOfPairs(calls)) {
    const left = callsAfter(first);
    for (const second of places.filter((at) => at > first.at)) {
      const at = placeOfSame(calls, second, left);
      if (at === null || at <= first.at) continue;
      for (const kind of faultsAt(calls, second)) {
        yield { story, seed: 1, troubles: [first, { at, kind }] };
      }
    }
  }
}

/** How many pairs there are, with those whose second call is not made any more after the first fault. */
export function countOfPairs(calls: readonly CallRecord[]): number {
  const seconds = placesOfPairs(calls);
  const after = (first: Trouble) => seconds.filter((at) => at > first.at);
  return firstsOfPairs(calls)
    .flatMap(after)
    .reduce((sum, at) => sum + faultsAt(calls, at).length, 0);
}

/** Where a call is made among others: the same one of its kind. */
function placeOfSame(
  calls: readonly CallRecord[],
  place: number,
  others: readonly CallRecord[],
): number | null {
  const { key } = calls[place - 1]!;
  const nth = calls.slice(0, place).filter((call) => call.key === key).length;
  const places = others.flatMap((call, index) => (call.key === key ? [index + 1] : []));
  return places[nth - 1] ?? null;
}

/**
 * The `index`th history of a seed: which story, how many troubles, which and where. A story of which twice as many can
 * be played in the same time is drawn twice as often.
 */
export function randomHistory(seed: number, index: number, stories: readonly Known[]): History {
  const random = seededRandom((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const { story, calls } = drawn(stories, ({ everyCall }) => 1 / Math.max(everyCall, LEAST_CALLS), random());
  const count = 1 + Math.floor(random() * 5);
  const troubles = Array.from({ length: count }, () => {
    const at = 1 + Math.floor(random() * calls.length);
    return { at, kind: pick(TROUBLE_KINDS.filter((kind) => applies(kind, calls[at - 1]!, true))) };
  });
  return {
    story,
    seed: 1 + Math.floor(random() * 1_000_000),
    troubles: troubles.sort((a, b) => a.at - b.at),
  };
}

/** One of them, each as likely as its weight says. */
function drawn<Item>(items: readonly Item[], weight: (item: Item) => number, draw: number): Item {
  let left = draw * items.reduce((sum, item) => sum + weight(item), 0);
  for (const item of items) {
    left -= weight(item);
    if (left < 0) return item;
  }
  return items.at(-1)!;
}
