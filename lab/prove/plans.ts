import { seededRandom } from '../drill/random.ts';
import { CALL_FAULTS, type CallRecord, type History, MOVES, type TroubleKind } from './history.ts';
import { applies } from './troubled-call.ts';

const KINDS: readonly TroubleKind[] = [...CALL_FAULTS, ...MOVES];

/** Looks of a loop are the same call again and again: the first ones and the last one stand for all. */
const OF_A_KIND = 3;
/** In pairs, so that they can be played in an hour. */
const OF_A_KIND_IN_PAIRS = 1;

/** The calls of a story that are troubled, by their number. */
function placesOf(calls: readonly CallRecord[], ofAKind = OF_A_KIND): readonly number[] {
  const seen = new Map<string, number[]>();
  for (const [index, { key }] of calls.entries()) seen.set(key, [...(seen.get(key) ?? []), index + 1]);
  const chosen = [...seen.values()].flatMap((places) =>
    places.length <= ofAKind ? places : [...places.slice(0, ofAKind), places.at(-1)!],
  );
  return chosen.sort((a, b) => a - b);
}

/**
 * Every fault of the list at every call of a story, one a history; what happens between steps before each of them.
 * @param everywhere before each call of a step as well
 */
export function singles(story: string, calls: readonly CallRecord[], everywhere = false): readonly History[] {
  return placesOf(calls).flatMap((at) =>
    KINDS.filter((kind) => applies(kind, calls[at - 1]!, everywhere)).map((kind) => ({
      story,
      seed: 1,
      troubles: [{ at, kind }],
    })),
  );
}

/** Every fault at every call, followed by every fault at every later call. */
export function* pairs(story: string, calls: readonly CallRecord[]): Generator<History> {
  const places = placesOf(calls, OF_A_KIND_IN_PAIRS);
  for (const [index, first] of places.entries()) {
    for (const second of places.slice(index + 1)) {
      for (const one of CALL_FAULTS.filter((kind) => applies(kind, calls[first - 1]!, false))) {
        for (const two of CALL_FAULTS.filter((kind) => applies(kind, calls[second - 1]!, false))) {
          yield {
            story,
            seed: 1,
            troubles: [
              { at: first, kind: one },
              { at: second, kind: two },
            ],
          };
        }
      }
    }
  }
}

/** The `index`th history of a seed: which story, how many troubles, which and where. */
export function randomHistory(
  seed: number,
  index: number,
  stories: readonly { readonly story: string; readonly calls: readonly CallRecord[] }[],
): History {
  const random = seededRandom((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const { story, calls } = pick(stories);
  const count = 1 + Math.floor(random() * 5);
  const troubles = Array.from({ length: count }, () => {
    const at = 1 + Math.floor(random() * calls.length);
    return { at, kind: pick(KINDS.filter((kind) => applies(kind, calls[at - 1]!, true))) };
  });
  return {
    story,
    seed: 1 + Math.floor(random() * 1_000_000),
    troubles: troubles.sort((a, b) => a.at - b.at),
  };
}
