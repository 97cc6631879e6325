import { count, type Ignored, ignoredOf, listed, typedOptions, UsageError } from '../typed.ts';
import { CALL_FAULTS, type History, MOVES } from './history.ts';
import { parseHistory } from './replay.ts';
import { STORY_NAMES } from './stories.ts';

export interface ProveOptions {
  readonly stories: readonly string[];
  /** What happens between steps happens before each call of a step as well. */
  readonly everywhere: boolean;
  /** Of several stories of a workflow each call is troubled in the first one that has it. */
  readonly eachCallOnce: boolean;
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
npm run prove -- --each-call-once           every fault at every call of every workflow: in the first story that has the call
npm run prove -- --pairs                    every pair of faults in failover and in resync
npm run prove -- --random 2000 --seed 7     so many random histories
npm run prove -- --one-in 10                each tenth history only
npm run prove -- --replay '<history>'       one history, with the log of every call

A history:  {"story":"resync","seed":1,"troubles":[{"at":3,"kind":"no answer"}]}; calls are counted from 1.
Endings:    success: what was begun ended by itself as its story has it; safe stop: it stopped, told why, and on-call made an
            end of it; violation: what must hold did not (docs/reliability.md).

Stories:
${listed(STORY_NAMES)}
Troubles at a call:
${listed(CALL_FAULTS)}
Troubles around it:
${listed(MOVES)}`;

const OPTIONS = {
  story: { type: 'string', multiple: true },
  everywhere: { type: 'boolean' },
  'each-call-once': { type: 'boolean' },
  pairs: { type: 'boolean' },
  random: { type: 'string' },
  seed: { type: 'string' },
  'one-in': { type: 'string' },
  replay: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const IGNORED: readonly Ignored[] = [
  ...(['story', 'everywhere', 'each-call-once', 'pairs', 'random', 'seed', 'one-in'] as const).map(
    (option) => ({
      option,
      beside: 'replay',
      why: 'the history says all that is played',
    }),
  ),
  { option: 'pairs', beside: 'random', why: 'a random history has one to five troubles' },
  { option: 'everywhere', beside: 'random', why: 'a random history has troubles everywhere as it is' },
  { option: 'one-in', beside: 'random', why: '--random itself says how many are played' },
  { option: 'each-call-once', beside: 'random', why: 'random histories trouble any call' },
  { option: 'each-call-once', beside: 'pairs', why: 'pairs are of calls of one story' },
  { option: 'each-call-once', beside: 'everywhere', why: 'what happens between steps differs by story' },
  { option: 'everywhere', beside: 'pairs', why: 'pairs are of faults at calls alone' },
];

/** @throws UsageError */
export function parseOptions(args: readonly string[]): ProveOptions | 'help' {
  const given = typedOptions(args, OPTIONS, 'npm run prove -- --help');
  if (given.help) return 'help';
  const unknown = (given.story ?? []).filter((story) => !STORY_NAMES.includes(story));
  const mistakes = [
    ...ignoredOf(given, IGNORED),
    ...(given.seed !== undefined && given.random === undefined && given.replay === undefined
      ? [
          '--seed would do nothing without --random: only random histories depend on it. Add --random <count>.',
        ]
      : []),
    ...unknown.map((story) => `There is no story "${story}".`),
    ...(unknown.length > 0 ? [`There are:\n${listed(STORY_NAMES)}`] : []),
  ];
  if (mistakes.length > 0) throw new UsageError(mistakes.join('\n'));
  const {
    story,
    everywhere = false,
    'each-call-once': eachCallOnce = false,
    pairs = false,
    random,
    seed = '1',
    'one-in': oneIn = '1',
    replay,
  } = given;
  return {
    stories: story ?? (pairs ? IN_PAIRS : STORY_NAMES),
    everywhere,
    eachCallOnce,
    pairs,
    random: random === undefined ? null : count('random', random),
    seed: count('seed', seed),
    oneIn: count('one-in', oneIn),
    replay: replay === undefined ? null : parseHistory(replay),
  };
}
