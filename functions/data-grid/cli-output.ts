import * as v from 'valibot';
import type { CacheName } from '../shared/names.ts';
import { type CacheDescription, describedCache } from './cache-description.ts';
import type { Command, Expectation } from './commands.ts';
import { excerptOf } from './excerpt.ts';
import { framesOf, linesOf, unparseable } from './frames.ts';
import { isObject, jsonObject } from './json-object.ts';
import type { SiteStatus } from './outcomes.ts';
import { firstRefusalIn, type Refusal } from './refusal.ts';

const PUSH_STATUSES = ['IDLE', 'SENDING', 'OK', 'ERROR', 'CANCELED'] as const;
export type PushStatus = (typeof PUSH_STATUSES)[number];

/** What one command's text says. Only a text of the awaited form becomes anything but the first three. */
export type Answer =
  /** The log ends before the command's output does. */
  | { readonly kind: 'missing' }
  /** Blank where something had to be said. Also `{}`, which the CLI prints when no cache was concerned. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'silence' }
  | { readonly kind: 'acknowledged' }
  /** Each cache's `ok` (then null) or error text. */
  | { readonly kind: 'results'; readonly results: ReadonlyMap<string, string | null> }
  | { readonly kind: 'status'; readonly status: SiteStatus; readonly mixture: Mixture }
  /** Site to status. */
  | { readonly kind: 'pushes'; readonly pushes: ReadonlyMap<string, PushStatus> }
  | { readonly kind: 'entries'; readonly entries: number }
  /** The cache keeps no statistics, so its count is not known. */
  | { readonly kind: 'uncounted' }
  | { readonly kind: 'description'; readonly description: CacheDescription }
  | { readonly kind: 'name'; readonly site: string }
  | { readonly kind: 'view'; readonly sites: readonly string[] };

/** Which caches (or nodes) are what, where a status is mixed. */
type Mixture = Readonly<Record<SiteStatus, readonly string[]>>;
const UNMIXED: Mixture = { online: [], offline: [], mixed: [] };

export interface Reading {
  readonly answered: readonly { readonly command: Command; readonly answer: Answer }[];
  /** A refusal that stands outside every frame: it can't be told whose it is, so it is everybody's. */
  readonly stray: Refusal | null;
  /** What stands before the first command's output; all there is where the commands never ran. */
  readonly greeting: string;
}

/**
 * What a Batch's log says about each of its commands.
 * @param batch its name, for the error
 * @param against the site that the commands name
 * @throws UnparseableLogError when a text is none that the CLI is known to write there
 */
export function readLog(log: string, commands: readonly Command[], batch: string, against: string): Reading {
  const { lines, absent } = withoutAbsences(linesOf(log), commands);
  const { texts, brokenOff, greeting, outside } = framesOf(lines, commands, batch);
  const stray = firstRefusalIn([...greeting, ...outside, brokenOff].join('\n'));
  if (stray === null && outside.length > 0) {
    unparseable(batch, 'between two commands', 'a line that belongs to none', outside.join(' '));
  }
  const answered = commands.map((command, index) => {
    const text = texts[index] ?? null;
    if (text === null) return { command, answer: { kind: 'missing' } satisfies Answer };
    const answer =
      text === '' && isAbsent(command, absent) ? ABSENT : answerOf(text, command.expects, against);
    return answer === null
      ? unparseable(batch, command.line, 'its output has no known form', text)
      : { command, answer };
  });
  return { answered, stray, greeting: excerptOf(greeting.join(' ')) };
}

const ABSENT: Answer = { kind: 'description', description: { exists: false } };
const NO_SUCH_CACHE = /^IllegalArgumentException: No such resource '([^']+)'$/;

const isAbsent = ({ expects }: Command, absent: ReadonlySet<string>): boolean =>
  expects.form === 'description' && absent.has(expects.cache);

/**
 * That a cache to be described does not exist is written to standard error. So it can stand anywhere in the log, also
 * within another command's output (recorded: behind its own), and says itself whose answer it is.
 */
function withoutAbsences(lines: readonly string[], commands: readonly Command[]) {
  const absent = new Set<string>();
  const others = lines.filter((line) => {
    const cache = NO_SUCH_CACHE.exec(line.trim())?.[1];
    if (cache === undefined || !commands.some((command) => isAbsent(command, new Set([cache])))) return true;
    absent.add(cache);
    return false;
  });
  return { lines: others, absent };
}

/** Null: no known form. */
function answerOf(text: string, expects: Expectation, against: string): Answer | null {
  const refusal = firstRefusalIn(text);
  if (refusal !== null) return { kind: 'refused', refusal };
  switch (expects.form) {
    case 'silence':
      return text === '' || isOk(text) ? { kind: 'silence' } : refusedInJson(text);
    case 'acknowledgement':
      if (text === '') return { kind: 'nothing' };
      return isOk(text) ? { kind: 'acknowledged' } : refusedInJson(text);
    case 'site-name':
      if (text === '') return { kind: 'nothing' };
      return /^[\w.-]+$/.test(text) ? { kind: 'name', site: text } : null;
    case 'site-view':
      if (text === '') return { kind: 'nothing' };
      return viewOf(text);
    default: {
      if (text === '') return { kind: 'nothing' };
      const said = jsonObject(text);
      if (said === null) return null;
      if (Object.keys(said).length === 0) return { kind: 'nothing' };
      return errorIn(said) ?? formOf(said, expects, against);
    }
  }
}

function formOf(
  said: Readonly<Record<string, unknown>>,
  expects: Expectation,
  against: string,
): Answer | null {
  switch (expects.form) {
    case 'result-per-cache':
      return resultsOf(said);
    case 'status-of-all':
    case 'status-of-cache':
      return statusOf(said, against);
    case 'push-status':
      return pushesOf(said);
    case 'statistics':
      return entriesOf(said);
    case 'description': {
      const description = describedCache(said, expects.cache, against);
      return description === null ? null : { kind: 'description', description };
    }
    default:
      return null;
  }
}

const isOk = (text: string): boolean => text === 'ok' || text === '"ok"';

const refusedInJson = (text: string): Answer | null => {
  const said = jsonObject(text);
  return said === null ? null : errorIn(said);
};

/** `{"ERROR":"…"}`: an exception, answered with HTTP 200. */
function errorIn(said: Readonly<Record<string, unknown>>): Answer | null {
  const text = said['ERROR'];
  if (typeof text !== 'string' || Object.keys(said).length !== 1) return null;
  // A site may be called ERROR, and its push status is then no error text.
  if ((PUSH_STATUSES as readonly string[]).includes(text)) return null;
  return { kind: 'refused', refusal: { why: 'error', said: excerptOf(text) } };
}

function resultsOf(said: Readonly<Record<string, unknown>>): Answer | null {
  const results = new Map<string, string | null>();
  for (const [cache, result] of Object.entries(said)) {
    if (typeof result !== 'string') return null;
    results.set(cache, result === 'ok' ? null : excerptOf(result));
  }
  return { kind: 'results', results };
}

const plainStatus = v.picklist(['online', 'offline', 'mixed']);
const overallStatus = v.strictObject({ status: v.picklist(['online', 'offline']) });
const mixedStatus = v.strictObject({
  status: v.literal('mixed'),
  online: v.optional(v.array(v.string()), []),
  offline: v.optional(v.array(v.string()), []),
  mixed: v.optional(v.array(v.string()), []),
});
const nodeMap = v.record(v.string(), plainStatus);

/**
 * The forms: `{"status":…}`; the same wrapped by site, where the command named none (older CLIs also where it
 * did); and one status per node, or per site, of a single cache.
 */
function statusOf(said: Readonly<Record<string, unknown>>, against: string): Answer | null {
  if (v.is(overallStatus, said)) {
    return { kind: 'status', status: said.status, mixture: UNMIXED };
  }
  const mixed = v.safeParse(mixedStatus, said);
  if (mixed.success) {
    const { online, offline, mixed: both } = mixed.output;
    return { kind: 'status', status: 'mixed', mixture: { online, offline, mixed: both } };
  }
  if ('status' in said) return null;
  const wrapped = said[against];
  if (isObject(wrapped)) return 'status' in wrapped ? statusOf(wrapped, against) : null;
  if (v.is(nodeMap, said)) {
    // A map by site answers for the other sites too, where there are more than two.
    const own = said[against];
    const statuses = new Set(own === undefined ? Object.values(said) : [own]);
    const status: SiteStatus = statuses.size === 1 ? [...statuses][0]! : 'mixed';
    return { kind: 'status', status, mixture: UNMIXED };
  }
  return null;
}

const pushMap = v.record(v.string(), v.picklist(PUSH_STATUSES));

const pushesOf = (said: Readonly<Record<string, unknown>>): Answer | null =>
  v.is(pushMap, said) ? { kind: 'pushes', pushes: new Map(Object.entries(said)) } : null;

/** `current_number_of_entries` is no count: it is -1 in 16.x, and one node's in older versions. */
const statistics = v.object({ approximate_entries_unique: v.pipe(v.number(), v.integer(), v.minValue(-1)) });

function entriesOf(said: Readonly<Record<string, unknown>>): Answer | null {
  if (!v.is(statistics, said)) return null;
  const entries = said.approximate_entries_unique;
  return entries < 0 ? { kind: 'uncounted' } : { kind: 'entries', entries };
}

function viewOf(text: string): Answer | null {
  const list = /^\[\s*(.*?)\s*\]$/s.exec(text)?.[1];
  if (list === undefined) return null;
  const sites = list === '' ? [] : list.split(/\s*,\s*/).map((site) => site.replace(/^"(.*)"$/, '$1'));
  return sites.every((site) => /^[\w.-]+$/.test(site)) ? { kind: 'view', sites } : null;
}

export const cacheOf = (command: Command): CacheName | null =>
  'cache' in command.expects ? command.expects.cache : null;
