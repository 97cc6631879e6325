import { parseArgs } from 'node:util';
import { CALL_FAULTS, type History, MOVES } from './history.ts';
import { STORIES } from './stories.ts';

export interface ProveOptions {
  readonly stories: readonly string[];
  /** What happens between steps happens before each call of a step as well. */
  readonly everywhere: boolean;
  /** Pairs of faults instead of single ones. */
  readonly pairs: boolean;
  /** So many random histories instead. */
  readonly random: number | null;
  readonly seed: number;
  readonly replay: History | null;
  /** Plays one history of so many; 1: all. */
  readonly oneIn: number;
}

/** Of those workflows in which two faults may meet within one operation: a story each, as the others differ before it. */
const IN_PAIRS = ['the primary freezes', 'resync'];

export const HELP = `npm run prove                              every fault at every call of every story, one a history
npm run prove -- --story "resync"           of one story alone (may be given more than once)
npm run prove -- --everywhere               what happens between steps within them, too
npm run prove -- --pairs                    every pair of faults in failover and in resync
npm run prove -- --random 2000 --seed 7     so many random histories
npm run prove -- --one-in 10                each tenth history only
npm run prove -- --replay '<history>'       one history, with the log of every call

A history:  {"story":"resync","seed":1,"troubles":[{"at":3,"kind":"no answer"}]}; calls are counted from 1.
At a call:  ${CALL_FAULTS.join(', ')}.
Around it:  ${MOVES.join(', ')}.
Endings:    success: what was begun ended well by itself; safe stop: it stopped, told why, and on-call made an end of
            it; violation: what must hold did not (docs/reliability.md).

Stories: ${STORIES.map(({ name }) => name).join(', ')}.`;

/** @throws Error whose message is for whoever typed it */
export function parseOptions(args: readonly string[]): ProveOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      story: { type: 'string', multiple: true },
      everywhere: { type: 'boolean', default: false },
      pairs: { type: 'boolean', default: false },
      random: { type: 'string' },
      seed: { type: 'string', default: '1' },
      'one-in': { type: 'string', default: '1' },
      replay: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const all = STORIES.map(({ name }) => name);
  for (const story of values.story ?? []) {
    if (!all.includes(story)) throw new Error(`There is no story "${story}". There are: ${all.join(', ')}.`);
  }
  return {
    stories: values.story ?? (values.pairs ? IN_PAIRS : all),
    everywhere: values.everywhere,
    pairs: values.pairs,
    random: values.random === undefined ? null : count('random', values.random),
    seed: count('seed', values.seed),
    oneIn: count('one-in', values['one-in']),
    replay: values.replay === undefined ? null : parseHistory(values.replay),
  };
}

function count(option: string, text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${option} ${text}: a whole number above 0 is wanted.`);
}

const KINDS: readonly string[] = [...CALL_FAULTS, ...MOVES];

function parseHistory(text: string): History {
  const history = asHistory(text);
  if (history === null)
    throw new Error(
      '--replay takes a history as it was printed: {"story":…,"seed":…,"troubles":[{"at":…,"kind":…}]}.',
    );
  const mistakes = [
    ...(STORIES.some(({ name }) => name === history.story)
      ? []
      : [`There is no story "${history.story}". There are: ${STORIES.map(({ name }) => name).join(', ')}.`]),
    ...history.troubles.flatMap(({ at, kind }) => [
      ...(Number.isInteger(at) && at > 0 ? [] : [`"at": ${at} is no number of a call; they begin with 1.`]),
      ...(KINDS.includes(kind) ? [] : [`There is no trouble "${kind}". There are: ${KINDS.join(', ')}.`]),
    ]),
  ];
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  return history;
}

/** Null: it has another form. */
function asHistory(text: string): History | null {
  try {
    const { story, seed, troubles } = JSON.parse(text) as History;
    const isOne = typeof story === 'string' && Number.isInteger(seed) && Array.isArray(troubles);
    return isOne && troubles.every((each) => typeof each === 'object' && each !== null)
      ? { story, seed, troubles }
      : null;
  } catch {
    return null;
  }
}
