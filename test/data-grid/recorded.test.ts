import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Answer, readLog } from '../../functions/data-grid/cli-output.ts';
import {
  type Command,
  commandsOf,
  type Expectation,
  type Step,
  scriptOf,
} from '../../functions/data-grid/commands.ts';
import { prove } from '../../functions/data-grid/proofs.ts';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';

/*
 * Logs that the real CLI wrote (recorded/README.md). Each is used: one that is added without saying here what it
 * proves fails the last test.
 */
const folder = new URL('./recorded/', import.meta.url);
const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const index: {
  readonly caches: readonly CacheName[];
  readonly recorded: Readonly<Record<string, { readonly at: SiteName; readonly script: string }>>;
} = JSON.parse(text('index.json'));

const { caches } = index;
const all = <T>(value: T) => Object.fromEntries(caches.map((cache) => [cache, value]));

interface Outcome {
  readonly outcome: string;
}
interface OfStep {
  readonly step: Step;
  readonly caches?: readonly CacheName[];
  readonly proves: Outcome & Readonly<Record<string, unknown>>;
}
const proven = (step: Step, facts: Readonly<Record<string, unknown>> = {}): OfStep => ({
  step,
  proves: { outcome: 'proven', step, ...facts },
});
const notProven = (step: Step, reason: string, failed: readonly CacheName[] = []): OfStep => ({
  step,
  proves: { outcome: 'not-proven', reason: expect.stringContaining(reason), caches: failed },
});

const guide26 = (backup: string) => ({
  exists: true,
  kind: 'distributed',
  mode: 'SYNC',
  statistics: true,
  transactions: 'NON_DURABLE_XA',
  backups: [{ site: backup, strategy: 'SYNC', failurePolicy: 'FAIL', timeoutMilliseconds: 4_500 }],
});
const NOSUCH = 'nosuch' as CacheName;

const STEPS_RECORDED: Readonly<Record<string, OfStep>> = {
  view: proven('view', { sites: ['site-a', 'site-b'] }),
  'view-alone': notProven('view', 'site-a does not see site-b; its view is [site-a]'),
  'status-online': proven('status', { statuses: all('online'), allOnline: true, allOffline: false }),
  'status-online-while-gone': proven('status', { statuses: all('online'), allOnline: true }),
  'status-offline': proven('status', { statuses: all('offline'), allOnline: false, allOffline: true }),
  count: proven('count', { counts: all(0) }),
  'count-source': proven('count', { counts: { ...all(0), work: 30_000 } }),
  'count-target': proven('count', { counts: { ...all(0), work: 30_000 } }),
  'describe-caches': proven('describe-caches', { descriptions: all(guide26('site-b')) }),
  'describe-caches-back': proven('describe-caches', { descriptions: all(guide26('site-a')) }),
  // The CLI wrote about the missing one behind what it says of it, to standard error.
  'describe-caches-missing': {
    ...proven('describe-caches', { descriptions: { work: guide26('site-b'), nosuch: { exists: false } } }),
    caches: ['work' as CacheName, NOSUCH],
  },
  'take-offline': proven('take-offline'),
  'take-offline-again': proven('take-offline'),
  'take-offline-while-gone': proven('take-offline'),
  clear: proven('clear', { counts: all(0) }),
  'bring-online': proven('bring-online'),
  'bring-online-back': proven('bring-online'),
  'prepare-push': proven('prepare-push'),
  'prepare-push-while-gone': proven('prepare-push'),
  'push-sending': proven('push'),
  'push-while-gone': notProven('push', 'Unable to pushState', caches),
  'push-status-idle': proven('push-status', { done: false, failed: caches, anyFailed: true, sending: [] }),
  'push-status-ok': proven('push-status', { done: true, failed: [], anyFailed: false, sending: [] }),
  'push-status-some': { ...proven('push-status', { done: true }), caches: caches.slice(0, 2) },
  'push-status-while-gone': proven('push-status', { done: false, anyFailed: false, sending: caches }),
  'end-push': proven('end-push'),
  'frozen-server': notProven('take-offline', 'ends before the output of "site take-offline'),
  'server-down': notProven('take-offline', 'got no answer from its Data Grid (ClosedChannelException: null)'),
};

const work = 'work' as CacheName;
const local = 'local1' as CacheName;
const statusOf = (cache: CacheName): Expectation => ({ form: 'status-of-cache', cache });
const pushOf = (cache: CacheName): Expectation => ({ form: 'push-status', cache });
const silence: Expectation = { form: 'silence', cache: work };
const SILENCE = { kind: 'silence' };
const described = (cache: string): Expectation => ({ form: 'description', cache: cache as CacheName });
const descriptionOf = (description: object) => ({ kind: 'description', description });
const to = (backup: object) => ({
  backups: [
    { site: 'site-b', strategy: 'ASYNC', failurePolicy: 'WARN', timeoutMilliseconds: 15_000, ...backup },
  ],
});
const refusedAs = (why: string) => ({ kind: 'refused', refusal: { why } });
const mixed = {
  kind: 'status',
  status: 'mixed',
  mixture: {
    online: ['actionTokens', 'authenticationSessions', 'loginFailures'],
    offline: ['work'],
    mixed: [],
  },
};
const wrongSite = {
  kind: 'results',
  results: new Map(caches.map((cache) => [cache, 'Incorrect site name: site-zz'])),
};

/** What each line of the other logs is read as. */
const LINES_RECORDED: Readonly<Record<string, readonly (readonly [Expectation, object])[]>> = {
  'status-all-online': [
    [{ form: 'status-of-all' }, { kind: 'status', status: 'online' }],
    [{ form: 'status-of-all' }, { kind: 'status', status: 'online' }],
  ],
  'status-mixed': [
    [silence, SILENCE],
    [{ form: 'status-of-all' }, mixed],
    [{ form: 'status-of-all' }, mixed],
    [silence, SILENCE],
  ],
  'wrong-cache': [
    [statusOf(work), refusedAs('not-found')],
    [silence, refusedAs('not-found')],
    [pushOf(work), refusedAs('not-found')],
    [{ form: 'acknowledgement', cache: work }, refusedAs('not-found')],
    [silence, refusedAs('not-found')],
    [{ form: 'statistics', cache: work }, refusedAs('not-found')],
    [silence, refusedAs('not-found')],
    [{ form: 'site-name' }, { kind: 'name', site: 'site-a' }],
  ],
  'wrong-site': [
    [{ form: 'result-per-cache' }, wrongSite],
    [{ form: 'status-of-all' }, refusedAs('no-such-site')],
    [statusOf(work), refusedAs('no-such-site')],
    [silence, refusedAs('no-such-site')],
    [silence, refusedAs('no-such-site')],
    [{ form: 'result-per-cache' }, wrongSite],
  ],
  'cache-without-backups': [
    [statusOf(local), refusedAs('no-backups')],
    [pushOf(local), refusedAs('no-backups')],
    [{ form: 'statistics', cache: local }, { kind: 'uncounted' }],
  ],
  // What a configuration does not say is not printed, but for the mode.
  'describe-other-caches': [
    [
      described('rhbk-24'),
      descriptionOf({
        transactions: 'NONE',
        statistics: true,
        ...to({ strategy: 'SYNC', timeoutMilliseconds: 13_000 }),
      }),
    ],
    [described('bare'), descriptionOf({ kind: 'replicated', mode: 'SYNC', statistics: false, ...to({}) })],
    [described('asynchronous'), descriptionOf({ mode: 'ASYNC', backups: [] })],
    [described('ignoring'), descriptionOf({ transactions: 'NON_XA', ...to({ failurePolicy: 'IGNORE' }) })],
    [described('local1'), descriptionOf({ kind: 'local', mode: null, statistics: false, backups: [] })],
    [{ form: 'statistics', cache: 'bare' as CacheName }, { kind: 'uncounted' }],
    // Another thing that does not exist: no word about the cache.
    [described('bare'), refusedAs('error')],
  ],
  'push-canceled': [
    [silence, SILENCE],
    [silence, SILENCE],
    [pushOf(work), { kind: 'pushes', pushes: new Map([['site-b', 'CANCELED']]) }],
    [silence, SILENCE],
    [silence, refusedAs('error')],
    [pushOf(work), { kind: 'pushes', pushes: new Map([['site-b', 'SENDING']]) }],
  ],
  // An option that the CLI does not know is dropped without a word, and the answer is to another question.
  'unknown-option': [
    [statusOf(work), { kind: 'status', status: 'online' }],
    [{ form: 'site-view' }, { kind: 'view', sites: ['site-a', 'site-b'] }],
  ],
};

/** The line at which the script stops, and what stands before it. */
const STOPPED_RECORDED: Readonly<Record<string, readonly Expectation[]>> = {
  'unknown-command': [{ form: 'site-name' }, silence, { form: 'site-view' }],
  'unknown-subcommand': [silence, { form: 'site-view' }],
  'missing-option': [pushOf(work), { form: 'site-view' }],
};

const asCommands = (expected: readonly Expectation[]): readonly Command[] =>
  expected.map((expects, line) => ({ line: `line ${line + 1}`, expects }));
const read = (name: string, commands: readonly Command[]) => {
  const against = index.recorded[name]!.at === 'site-a' ? 'site-b' : 'site-a';
  return readLog(text(`${name}.log`), commands, name, against);
};

describe('the log of a step, as the real CLI wrote it', () => {
  it.each(Object.entries(STEPS_RECORDED))('%s', (name, { step, caches: some, proves }) => {
    const { at, script } = index.recorded[name]!;
    const context = {
      step,
      site: at,
      against: (at === 'site-a' ? 'site-b' : 'site-a') as SiteName,
      caches: some ?? caches,
      pods: null,
    };
    const commands = commandsOf(step, context);
    // Recorded with other commands than the product sends today, it would say nothing about them.
    expect(script).toBe(scriptOf(commands));
    expect(prove(context, read(name, commands))).toMatchObject(proves);
  });
});

it('view-alone also proves, where that is asked, that the site sees nobody else', () => {
  const context = {
    step: 'alone',
    site: 'site-a' as SiteName,
    against: 'site-b' as SiteName,
    caches,
    pods: null,
  } as const;
  const commands = commandsOf('alone', context);
  expect(prove(context, read('view-alone', commands))).toMatchObject({
    outcome: 'proven',
    sites: ['site-a'],
  });
  expect(prove(context, read('view', commands))).toMatchObject({ outcome: 'not-proven' });
});

it('caches that mirror each other say the same of themselves but for the other site’s name', () => {
  const digests = (['describe-caches', 'describe-caches-back'] as const).map((name) => {
    const { at } = index.recorded[name]!;
    const target = { against: (at === 'site-a' ? 'site-b' : 'site-a') as SiteName, caches };
    return read(name, commandsOf('describe-caches', target)).answered.flatMap(({ answer }) =>
      answer.kind === 'description' && answer.description.exists ? [answer.description.digest] : [],
    );
  });
  expect(digests[0]).toHaveLength(caches.length);
  expect(digests[0]).toEqual(digests[1]);
});

describe('single lines, as the real CLI answered them', () => {
  it.each(Object.entries(LINES_RECORDED))('%s', (name, lines) => {
    const reading = read(name, asCommands(lines.map(([expects]) => expects)));
    expect(reading.stray).toBeNull();
    expect(reading.answered.map(({ answer }): Answer => answer)).toMatchObject(
      lines.map(([, answer]) => answer),
    );
  });

  it('only the name of the site is read of what it says about itself; its relay nodes are not asked for', () => {
    const { answered } = read(
      'site-name-and-relays',
      asCommands([{ form: 'site-name' }, { form: 'site-name' }, { form: 'site-view' }]),
    );
    expect(answered[0]!.answer).toEqual({ kind: 'name', site: 'site-a' });
  });
});

describe('a script that the real CLI stopped', () => {
  it.each(Object.entries(STOPPED_RECORDED))('%s: says why, and nothing of the rest', (name, expected) => {
    const { answered, stray } = read(name, asCommands(expected));
    expect(stray).toMatchObject({ why: 'error', said: expect.stringContaining('Error executing file') });
    expect(answered.at(-1)!.answer).toEqual({ kind: 'missing' });
    expect(answered.some(({ answer }) => answer.kind === 'refused')).toBe(false);
  });

  it("unframed: a status that no frame gives to a command is nobody's, and proves nothing", () => {
    const { answered } = read('unframed', asCommands([silence, { form: 'status-of-all' }]));
    expect(answered.map(({ answer }) => answer.kind)).toEqual(['missing', 'missing']);
  });
});

it('every recorded log is used', () => {
  const used = [
    ...Object.keys(STEPS_RECORDED),
    ...Object.keys(LINES_RECORDED),
    ...Object.keys(STOPPED_RECORDED),
    'site-name-and-relays',
    'unframed',
  ];
  const files = readdirSync(folder).filter((file) => file.endsWith('.log'));
  expect(used.map((name) => `${name}.log`).sort()).toEqual(files.sort());
  expect(Object.keys(index.recorded).sort()).toEqual(used.sort());
});
