import { reasonOf } from '../functions/notification/reasons.ts';
import type { Workflow } from '../functions/shared/names.ts';
import type { Followed } from './following.ts';

/** How a workflow ended, for whoever started it: 0 only when what was wanted is so. */
export interface Ending {
  readonly code: 0 | 1;
  readonly lines: readonly string[];
}

type Answer = Readonly<Record<string, unknown>>;

const isAnswer = (value: unknown): value is Answer =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const text = (answer: Answer, field: string): string => {
  const value = answer[field];
  return typeof value === 'string' ? value : '(not known)';
};

/** Of these nothing to do means that it is as wanted already; of the others that what was wanted is not so. */
const AS_WANTED = new Set<Workflow>(['contain', 'resync', 'switchback']);

const done = (...lines: readonly string[]): Ending => ({ code: 0, lines });
const notDone = (...lines: readonly string[]): Ending => ({ code: 1, lines });

const ENDINGS: Readonly<Record<string, (answer: Answer, workflow: Workflow) => Ending>> = {
  planned: ({ plan, sites, target }) => {
    const steps = linesOf(plan);
    const against = objections(sites, target);
    return done(
      'Nothing was changed. It would:',
      ...(steps.length > 0 ? steps : ['  - change nothing']),
      ...(against.length > 0 ? ['As things are now, this stands against it:', ...against] : []),
    );
  },
  'failed-over': (answer) =>
    done(
      `${text(answer, 'serving')} serves, and ${text(answer, 'lost')} is taken offline there: writes are good.`,
      `The bridge: ${outcomeOf(answer['bridge'])}. ${text(answer, 'lost')} contained: ${outcomeOf(answer['containment'])}. The database: ${outcomeOf(answer['database'])}.`,
    ),
  contained: (answer) =>
    done(`${text(answer, 'site')} is contained: it can neither serve nor write into the survivor.`),
  'in-sync': (answer) => done(`${text(answer, 'site')} is in sync again, proven in both directions.`),
  'switched-over': (answer) =>
    done(`${text(answer, 'serving')} serves. The database: ${outcomeOf(answer['database'])}.`),
  'switched-back': (answer) =>
    done(`${text(answer, 'serving')}, the primary, serves. The database: ${outcomeOf(answer['database'])}.`),
  promoted: (answer) =>
    done(
      `${text(answer, 'site')} serves, and its Keycloak is up.`,
      ...optional(answer, 'drift'),
      ...optional(answer, 'suspect'),
    ),
  adopted: (answer) =>
    done(`${text(answer, 'serving')} serves, ${text(answer, 'passive')}.`, ...optional(answer, 'remedy')),
  answered: (answer) =>
    done(`${text(answer, 'workflow')} is ${text(answer, 'decision')}. It goes on within a minute.`),
  'not-approved': (answer) =>
    notDone(`It was not approved (${text(answer, 'answer')}). Traffic stays where it is.`),
  'nothing-to-do': (answer, workflow) =>
    (AS_WANTED.has(workflow) ? done : notDone)(`Nothing to do: ${text(answer, 'reason')}`),
  // Only a dry run ends with it; otherwise the switchback goes on with the resync.
  'resync-first': (answer) =>
    done(
      `Nothing was changed. It would resynchronize first: ${text(answer, 'reason')}`,
      'What that does: npm run ctl -- resync --dry-run',
    ),
  'not-safe': (answer) =>
    notDone(`Nothing was moved: ${text(answer, 'reason')}`, ...optional(answer, 'remedy')),
  busy: (answer) => notDone(`Nothing was moved: ${text(answer, 'reason')}`),
  unknown: (answer) => notDone(`Nothing was moved: ${text(answer, 'reason')}`),
  superseded: () =>
    notDone(
      'Something newer was decided meanwhile, and nothing more was touched. See: npm run ctl -- status',
    ),
};

const linesOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map((each) => `  - ${String(each)}`) : [];

/** What a dry run saw at the sites' clusters, and of the endpoint of the site that would take over. */
const objections = (sites: unknown, target: unknown): readonly string[] => [
  ...(isAnswer(sites) && sites['outcome'] === 'not-ready' ? linesOf(sites['findings']) : []),
  ...(isAnswer(target) && target['outcome'] === 'not-passing' ? linesOf([target['reason']]) : []),
];

const optional = (answer: Answer, field: string): readonly string[] =>
  typeof answer[field] === 'string' ? [answer[field]] : [];

const outcomeOf = (answer: unknown): string => {
  if (!isAnswer(answer)) return 'not known';
  const outcome = text(answer, 'outcome');
  return outcome === 'failed' ? `failed (${reasonOf(answer)})` : outcome;
};

/** In plain words, with the exit code. */
export function endingOf(workflow: Workflow, followed: Followed): Ending {
  switch (followed.status) {
    case 'SUCCEEDED': {
      const answer = isAnswer(followed.output) ? followed.output : {};
      const ending = ENDINGS[text(answer, 'outcome')];
      return (
        ending?.(answer, workflow) ?? notDone(`It ended as "${text(answer, 'outcome')}". ${reasonOf(answer)}`)
      );
    }
    case 'TIMED_OUT':
      return notDone(`${workflow} ran out of time. The operation is released, and on-call is told.`);
    case 'ABORTED':
      return notDone(`${workflow} was stopped. The operation is released, and on-call is told.`);
    case 'FAILED':
      return notDone(`${workflow} failed. ${whyOf(followed)}`, ...remedyOf(followed), 'On-call is told.');
  }
}

/** A machine's own Fail state only says that on-call was told: why is in what its steps gave before. */
function whyOf({ lastOutput, error, cause }: Followed): string {
  const known = answersIn(lastOutput);
  return known.length > 0
    ? reasonOf(known[0])
    : reasonOf({ Error: error ?? 'An error without a name', Cause: cause });
}

const remedyOf = ({ lastOutput }: Followed): readonly string[] =>
  answersIn(lastOutput)
    .slice(0, 1)
    .flatMap((answer) => optional(answer, 'remedy'));

/** By the names under which the machines keep them. A fault counts only where the closer was called for it. */
function answersIn(lastOutput: unknown): readonly Answer[] {
  if (!isAnswer(lastOutput)) return [];
  const keys = [...('closed' in lastOutput ? ['error'] : []), 'last', 'claim', 'decision', 'error'];
  return keys.map((key) => lastOutput[key]).filter(isAnswer);
}
