import { seededRandom } from '../../drill/random.ts';
import type { History, Told, TroubleKind } from '../history.ts';
import { onOneLine } from '../narration.ts';
import { type Known, randomHistory, singles } from '../plans.ts';
import { play } from '../play.ts';
import { shrink } from '../shrink.ts';
import { STORY_NAMES } from '../stories.ts';
import { applies } from '../troubled-call.ts';

/** Where to look first, and when to give up. */
export interface Search {
  readonly story: string;
  readonly kinds: readonly TroubleKind[];
  /** Part of the key of the calls that are troubled first, one and then two of them; null: all are alike. */
  readonly near: string | null;
  readonly atMost: number;
}

export interface Outcome {
  /** Null: nothing was found. */
  readonly invariant: string | null;
  readonly what: string;
  readonly histories: number;
  /** The smallest that was found. */
  readonly history: string;
}

/** Plays until the first history that is broken: what nothing troubles, single troubles, random histories. */
async function search({ story, kinds, near, atMost }: Search): Promise<Outcome> {
  let histories = 0;
  let broken: Outcome | null = null;
  /** Null: it was as it must be. */
  const told = async (history: History): Promise<Told | null> => {
    histories += 1;
    try {
      const result = await play(history);
      const [violation] = result.violations;
      if (violation !== undefined) await found(violation.invariant, violation.what, history);
      else if (history.troubles.length === 0 && result.ending !== 'success')
        await found('liveness', 'Nothing goes wrong, and a person has to make an end of it.', history);
      return result;
    } catch (error) {
      await found('plays to its end', error instanceof Error ? error.message : String(error), history);
      return null;
    }
  };
  const found = async (invariant: string, what: string, history: History): Promise<void> => {
    const smallest = history.troubles.length > 1 ? await shrink(history, invariant) : history;
    broken = { invariant, what, histories, history: onOneLine(smallest) };
  };
  const known: Known[] = [];
  const names = [story, ...STORY_NAMES.filter((name) => name !== story)];
  for (const name of names) {
    const result = await told({ story: name, seed: 1, troubles: [] });
    if (broken !== null) return broken;
    known.push({ story: name, ...result! });
  }
  for (const history of planned(known, kinds, near, atMost)) {
    await told(history);
    if (broken !== null) return broken;
  }
  return { invariant: null, what: '', histories, history: '' };
}

function* planned(
  known: readonly Known[],
  kinds: readonly TroubleKind[],
  near: string | null,
  atMost: number,
): Generator<History> {
  if (near !== null) yield* aimed(known[0]!, kinds, near, atMost);
  const [likely, ...others] = known.map(({ story, calls }) => shuffled(singles(story, calls)));
  const first = likely!.filter(({ troubles: [trouble] }) => kinds.includes(trouble!.kind));
  yield* first.slice(0, atMost);
  yield* likely!.filter((history) => !first.includes(history)).slice(0, atMost);
  yield* shuffled(others.flat()).slice(0, atMost);
  for (let index = 0; index < atMost; index++) yield randomHistory(1, index, known);
}

/** The kinds at the calls of that key: each alone, then two of them, at one call or at two. */
function* aimed(
  { story, calls }: Known,
  kinds: readonly TroubleKind[],
  near: string,
  atMost: number,
): Generator<History> {
  const troubles = calls.flatMap((call, index) =>
    call.key.includes(near)
      ? kinds.filter((kind) => applies(kind, call, true)).map((kind) => ({ at: index + 1, kind }))
      : [],
  );
  for (const trouble of troubles.slice(0, atMost)) yield { story, seed: 1, troubles: [trouble] };
  const pairs = troubles.flatMap((first, index) =>
    troubles.slice(index + 1).map((second) => ({ story, seed: 1, troubles: [first, second] })),
  );
  yield* shuffled(pairs).slice(0, atMost);
}

/** In an order that says nothing, and is the same each time. */
function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  const random = seededRandom(1);
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

Error.stackTraceLimit = 0;
process.env['FAILOVER_LOG'] = 'silent';
console.log(JSON.stringify(await search(JSON.parse(process.argv[2]!) as Search)));
