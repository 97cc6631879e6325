import type { CacheName, SiteName } from '../shared/names.ts';

const SINGLE_STEPS = [
  'take-offline',
  'status',
  'view',
  'alone',
  'in-view',
  'count',
  'describe-caches',
  'clear',
  'bring-online',
  'prepare-push',
  'push',
  'push-status',
  'end-push',
] as const;
export type SingleStep = (typeof SINGLE_STEPS)[number];

/**
 * Steps of which none has to be proven before the next one may run, in one Batch: starting the CLI takes seconds, and
 * a line of it milliseconds.
 */
const JOINED_STEPS = {
  'view-and-count': ['view', 'count'],
  /** How far a push is, and whether who receives it is still there: no push to one that died ends by itself. */
  'push-progress': ['push-status', 'in-view', 'count'],
  'end-push-and-count': ['end-push', 'count'],
  /** All that says that a site is in sync with the other one: proven only where each cache is online. */
  'in-sync': ['count', 'view', 'status'],
} as const satisfies Readonly<Record<string, readonly SingleStep[]>>;
export type JoinedStep = keyof typeof JOINED_STEPS;

/** What a Batch can be asked to do. */
export type Step = SingleStep | JoinedStep;
export const STEPS: readonly Step[] = [...SINGLE_STEPS, ...(Object.keys(JOINED_STEPS) as JoinedStep[])];

export const isJoined = (step: Step): step is JoinedStep => step in JOINED_STEPS;

/** The steps that a step is made of: itself, or those that it joins. */
export const partsOf = (step: Step): readonly SingleStep[] => (isJoined(step) ? JOINED_STEPS[step] : [step]);

const madeOf = (singles: ReadonlySet<SingleStep>): ReadonlySet<Step> =>
  new Set(STEPS.filter((step) => partsOf(step).every((part) => singles.has(part))));

/** Steps that only look. They need no operation, and so readiness may take them at any time. */
export const LOOKING_STEPS = madeOf(
  new Set(['status', 'view', 'alone', 'in-view', 'count', 'describe-caches', 'push-status']),
);

/** Steps that can be asked for some caches alone. The others are only safe for all of them. */
export const PARTIAL_STEPS = madeOf(
  new Set(['status', 'count', 'describe-caches', 'prepare-push', 'push', 'push-status', 'end-push']),
);

/** The form that a command's output must have. Anything else is no output of that command. */
export type Expectation =
  /** `{"work":"ok","sessions":"<error>"}` */
  | { readonly form: 'result-per-cache' }
  /** Nothing at all. */
  | { readonly form: 'silence'; readonly cache: CacheName }
  /** `{"status":"offline"}`, over all caches that have backups, also those that the configuration does not name. */
  | { readonly form: 'status-of-all' }
  /** `{"node-1":"online"}` */
  | { readonly form: 'status-of-cache'; readonly cache: CacheName }
  /** `{"site-b":"SENDING"}` */
  | { readonly form: 'push-status'; readonly cache: CacheName }
  /** `"ok"` */
  | { readonly form: 'acknowledgement'; readonly cache: CacheName }
  /** The statistics of a cache, as JSON. */
  | { readonly form: 'statistics'; readonly cache: CacheName }
  /** A cache's configuration, as JSON, or that there is no such cache. */
  | { readonly form: 'description'; readonly cache: CacheName }
  /** `site-a` */
  | { readonly form: 'site-name' }
  /** `[site-a, site-b]` */
  | { readonly form: 'site-view' };

/** One line for the CLI, and what it must answer. */
export interface Command {
  readonly line: string;
  readonly expects: Expectation;
}

export interface StepTarget {
  /** The site that the commands are about; they run at the other one. */
  readonly against: SiteName;
  readonly caches: readonly CacheName[];
}

/**
 * The commands of a step, in order. A Batch has no conditions: each line runs whatever the one before it
 * answered, so a line that must not run unless an earlier one worked belongs in a Batch of its own.
 */
export const commandsOf = (step: Step, target: StepTarget): readonly Command[] =>
  partsOf(step).flatMap((part) => commandsOfSingle(part, target));

function commandsOfSingle(step: SingleStep, { against, caches }: StepTarget): readonly Command[] {
  const site = `--site=${against}`;
  const each = (command: (cache: CacheName) => Command) => caches.map(command);
  const all = (operation: string): Command => ({
    line: `site ${operation} --all-caches ${site}`,
    expects: { form: 'result-per-cache' },
  });
  const statuses = each((cache) => ({
    line: `site status --cache=${cache} ${site}`,
    expects: { form: 'status-of-cache', cache },
  }));
  const statusOfAll: Command = {
    line: `site status --all-caches ${site}`,
    expects: { form: 'status-of-all' },
  };
  const counts = each((cache) => ({
    line: `stats /containers/default/caches/${cache}`,
    expects: { form: 'statistics', cache },
  }));
  const pushStatuses = each((cache) => ({
    line: `site push-site-status --cache=${cache}`,
    expects: { form: 'push-status', cache },
  }));
  const forgetPushes = each((cache) => ({
    line: `site clear-push-site-status --cache=${cache}`,
    expects: { form: 'acknowledgement', cache },
  }));
  // None of `stats`, `describe` and `site view` names a site, so they say first whose answer it is.
  const name: Command = { line: 'site name', expects: { form: 'site-name' } };
  const takeOffline = [all('take-offline'), statusOfAll, ...statuses];

  switch (step) {
    case 'take-offline':
      return takeOffline;
    case 'status':
      return statuses;
    case 'view':
    case 'alone':
    case 'in-view':
      return [name, { line: 'site view', expects: { form: 'site-view' } }];
    case 'count':
      return [name, ...counts];
    case 'describe-caches':
      return [
        name,
        ...each((cache) => ({
          line: `describe /containers/default/caches/${cache}`,
          expects: { form: 'description', cache },
        })),
      ];
    case 'clear':
      return [
        ...takeOffline,
        ...each((cache) => ({ line: `clearcache ${cache}`, expects: { form: 'silence', cache } })),
        ...counts,
      ];
    case 'bring-online':
      return [all('bring-online'), statusOfAll, ...statuses];
    case 'prepare-push':
      return [
        ...each((cache) => ({
          line: `site cancel-push-state --cache=${cache} ${site}`,
          expects: { form: 'silence', cache },
        })),
        ...forgetPushes,
        ...pushStatuses,
      ];
    case 'push':
      return [
        ...each((cache) => ({
          line: `site push-site-state --cache=${cache} ${site}`,
          expects: { form: 'silence', cache },
        })),
        ...statuses,
        ...pushStatuses,
      ];
    case 'push-status':
      return pushStatuses;
    case 'end-push':
      return forgetPushes;
  }
}

/** Lines that frame a command's output. They never begin with `--`, which the CLI would take for an option. */
export const beginOf = (index: number): string => `BEGIN-${index + 1}`;
export const endOf = (index: number): string => `END-${index + 1}`;

/** The text that the CLI is given: each command between two lines that say where its output begins and ends. */
export const scriptOf = (commands: readonly Command[]): string =>
  commands
    .flatMap(({ line }, index) => [`echo ${beginOf(index)}`, line, `echo ${endOf(index)}`])
    .map((line) => `${line}\n`)
    .join('');
