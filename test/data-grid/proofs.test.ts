import { describe, expect, it } from '@jest/globals';
import { readLog } from '../../functions/data-grid/cli-output.ts';
import { commandsOf, type Step, scriptOf } from '../../functions/data-grid/commands.ts';
import { clearsAreAnswered, prove } from '../../functions/data-grid/proofs.ts';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { CACHES, healthyCli, logOf } from './site.ts';

const [A, B] = ['site-a', 'site-b'] as SiteName[];
const caches: readonly CacheName[] = CACHES.map((cache) => cache as CacheName);
const WORK = 'work' as CacheName;
const target = { site: A!, against: B!, caches };

type Said = Readonly<Record<string, string>>;
const logFor = (step: Step, said: Said = {}, entries = {}): string =>
  logOf(scriptOf(commandsOf(step, target)), healthyCli(A!, said, entries));
const reading = (step: Step, log: string) => readLog(log, commandsOf(step, target), 'batch', B!);
const outcomeOf = (step: Step, said: Said = {}, entries = {}) =>
  prove({ ...target, step, pods: 'pods' }, reading(step, logFor(step, said, entries)));
const again = (step: Step) => `Run the step "${step}" at site-a again.`;
const notProven = (reason: string, remedy: string, of: readonly string[] = []) => ({
  outcome: 'not-proven',
  reason,
  remedy,
  caches: of,
});

const status = (state: string) => `{"site-a-0":"${state}"}`;
/** What a site that is offline says, whatever the take-offline itself answered. */
const offline = { 'site status --all': '{"status":"offline"}', 'site status': status('offline') };
const all = <T>(value: T) => Object.fromEntries(caches.map((cache) => [cache, value]));

describe('a step is proven', () => {
  it.each<[Step, Said, object]>([
    ['take-offline', {}, { pods: 'pods' }],
    ['bring-online', {}, {}],
    ['prepare-push', {}, {}],
    ['push', {}, {}],
    ['end-push', {}, {}],
    ['clear', {}, { counts: all(0) }],
    ['count', {}, { counts: { ...all(0), work: 7 } }],
    ['view', {}, { sites: [A, B] }],
    ['alone', { 'site view': '[site-a]' }, { sites: [A] }],
    ['status', {}, { statuses: all('online'), allOnline: true, allOffline: false }],
    [
      'status',
      { 'site status --cache=work': status('offline') },
      { statuses: { ...all('online'), work: 'offline' }, allOnline: false, allOffline: false },
    ],
    [
      'status',
      { 'site status': status('offline') },
      { statuses: all('offline'), allOnline: false, allOffline: true },
    ],
    ['view-and-count', {}, { sites: [A, B], counts: { ...all(0), work: 7 } }],
    ['end-push-and-count', {}, { counts: { ...all(0), work: 7 } }],
    [
      'in-sync',
      {},
      {
        counts: { ...all(0), work: 7 },
        sites: [A, B],
        statuses: all('online'),
        allOnline: true,
        allOffline: false,
      },
    ],
  ])('with what it is for: %s %j', (step, said, facts) => {
    expect(outcomeOf(step, said, step === 'clear' ? {} : { work: 7 })).toEqual({
      outcome: 'proven',
      step,
      ...facts,
    });
  });
});

describe('a step is not proven', () => {
  it.each<[Step, Said, string, string, readonly string[]]>([
    [
      'take-offline',
      { ...offline, 'site take-offline': '{}' },
      '"site take-offline --all-caches --site=site-b" at site-a concerned no cache at all.',
      again('take-offline'),
      [],
    ],
    [
      'status',
      { 'site status --cache=work': '' },
      '"site status --cache=work --site=site-b" at site-a said nothing, and that proves nothing.',
      again('status'),
      ['work'],
    ],
    [
      'take-offline',
      { 'site status --cache=work': status('online') },
      'At site-a the status of work toward site-b is online, not offline.',
      again('take-offline'),
      ['work'],
    ],
    [
      'clear',
      { 'site status --all-caches': '{"status":"mixed","online":["x"],"offline":["y"],"mixed":["z"]}' },
      'At site-a the status of all caches toward site-b is mixed, not offline (z, x).',
      again('clear'),
      [],
    ],
    [
      'bring-online',
      { 'site status --all-caches': '{"status":"mixed","online":["x"],"offline":["y"],"mixed":["z"]}' },
      'At site-a the status of all caches toward site-b is mixed, not online (z, y).',
      again('bring-online'),
      [],
    ],
    [
      'push',
      { 'site status --cache=work': status('offline') },
      'At site-a the status of work toward site-b is offline, not online.',
      again('push'),
      ['work'],
    ],
    [
      'push',
      { 'site push-site-status --cache=work': '{"site-b":"IDLE"}' },
      'The push of work from site-a to site-b did not start.',
      again('push'),
      ['work'],
    ],
    [
      'prepare-push',
      { 'site push-site-status --cache=work': '{"site-b":"SENDING"}' },
      'A push of work from site-a to site-b still says SENDING.',
      again('prepare-push'),
      ['work'],
    ],
    [
      'push-status',
      { 'site push-site-status --cache=work': '{"site-c":"OK"}' },
      'work at site-a does not name site-b as a backup.',
      'Add site-b to the backups of this cache at site-a.',
      ['work'],
    ],
    [
      'count',
      { 'site name': 'site-b' },
      'The Data Grid that answered for site-a calls itself site-b.',
      'Correct which cluster belongs to which site in failover.config.json.',
      [],
    ],
    [
      'count',
      { 'stats /containers/default/caches/work': '{"approximate_entries_unique":-1}' },
      "site-a keeps no statistics of work, so its entries can't be counted.",
      'Set statistics to true in the configuration of this cache.',
      ['work'],
    ],
    [
      'clear',
      { 'stats /containers/default/caches/work': '{"approximate_entries_unique":1}' },
      'work at site-a still holds 1 entries after the clear.',
      again('clear'),
      ['work'],
    ],
    [
      'view',
      { 'site view': '[site-b, site-c]' },
      'site-a does not see site-a; its view is [site-b, site-c].',
      'Wait for the sites to find each other (up to a minute), then look at the link between them.',
      [],
    ],
    [
      'view',
      { 'site view': '[]' },
      'site-a does not see site-a and site-b; its view is [].',
      'Wait for the sites to find each other (up to a minute), then look at the link between them.',
      [],
    ],
    ...['[site-a, site-b]', '[site-c]', '[]'].map((view): [Step, Said, string, string, readonly string[]] => [
      'alone',
      { 'site view': view },
      `site-a is not alone in its view, which is ${view}.`,
      "Its view drops a site that it can't reach within a minute. If site-b stays, the bridge is not cut.",
      [],
    ]),
    [
      'in-sync',
      { 'site status --cache=work': status('offline'), 'site status --cache=loginFailures': status('mixed') },
      'At site-a these caches are not online toward site-b: loginFailures, work.',
      again('in-sync'),
      ['loginFailures', 'work'],
    ],
  ])('where it is shown that it is not: %s %j', (step, said, reason, remedy, of) => {
    expect(outcomeOf(step, said)).toEqual(notProven(reason, remedy, of));
  });

  it.each<[string, string, string]>([
    [
      'Incorrect site name: site-b',
      'site-a knows no backup site named site-b for work',
      "Compare the sites' names",
    ],
    ['it broke', 'site-a answered about work: it broke.', "Look at the Data Grid's own log at site-a"],
  ])('where one cache of all says: %s', (result, reason, remedy) => {
    const said = { ...offline, 'site take-offline': JSON.stringify({ ...all('ok'), work: result }) };
    expect(outcomeOf('take-offline', said)).toEqual({
      outcome: 'not-proven',
      reason: expect.stringContaining(reason),
      remedy: expect.stringContaining(remedy),
      caches: [WORK],
    });
  });

  it('where a cache is not in the answer', () => {
    const { work: _missing, ...others } = all('ok');
    expect(
      outcomeOf('take-offline', { ...offline, 'site take-offline': JSON.stringify(others) }),
    ).toMatchObject({
      reason: 'The cache work is missing at site-a (it is not in the answer).',
      caches: ['work'],
    });
  });

  it('where a command is refused, but for the cancel before a push and the end of one', () => {
    const refusals = { 'site cancel-push-state': 'Error: x', 'site clear-push-site-status': 'Error: x' };
    expect(outcomeOf('prepare-push', { 'site cancel-push-state': 'Error: x' }).outcome).toBe('proven');
    expect(outcomeOf('end-push', refusals).outcome).toBe('proven');
    expect(outcomeOf('end-push-and-count', refusals).outcome).toBe('proven');
    expect(outcomeOf('end-push-and-count', { 'stats /': 'Error: x' }).outcome).toBe('not-proven');
    expect(outcomeOf('prepare-push', refusals)).toMatchObject({ outcome: 'not-proven', caches: [...CACHES] });
    expect(outcomeOf('push', { 'site push-site-state': 'Error: x' })).toMatchObject({
      outcome: 'not-proven',
    });
    expect(outcomeOf('prepare-push', { 'site push-site-status': 'Error: x' }).outcome).toBe('not-proven');
  });

  it('by the first four reasons, each said once, and how many more there are', () => {
    const { reason, remedy } = outcomeOf('take-offline', {
      'site status': status('online'),
      'site take-offline': '{}',
    }) as { reason: string; remedy: string };
    expect(reason).toBe(
      '"site take-offline --all-caches --site=site-b" at site-a concerned no cache at all. ' +
        'At site-a the status of all caches toward site-b is online, not offline. ' +
        'At site-a the status of actionTokens toward site-b is online, not offline. ' +
        'At site-a the status of authenticationSessions toward site-b is online, not offline. And 2 more.',
    );
    expect(remedy).toBe(again('take-offline'));
    const four = { 'site status --cache': status('online') };
    expect(outcomeOf('take-offline', four)).toMatchObject({ reason: expect.not.stringContaining('more') });
    const same = { 'site status --cache': 'Could not connect to server: gone' };
    expect(outcomeOf('status', same)).toMatchObject({
      reason: 'The Batch at site-a got no answer from its Data Grid (Could not connect to server: gone).',
      caches: [...CACHES],
    });
  });
});

describe('an error outside of every frame', () => {
  const stray = (step: Step) =>
    prove({ ...target, step, pods: null }, reading(step, `${logFor(step)}Error: whose?\n`));

  it("is everybody's, but for the cancels before a push, which are refused where none runs", () => {
    expect(stray('status')).toMatchObject({
      outcome: 'not-proven',
      reason: 'site-a answered: Error: whose?.',
      caches: [],
    });
    expect(stray('end-push').outcome).toBe('not-proven');
    expect(stray('in-sync').outcome).toBe('not-proven');
    expect(stray('prepare-push').outcome).toBe('proven');
  });
});

describe('a log that ends early', () => {
  it('proves no part of several steps', () => {
    const log = logFor('in-sync');
    const cut = prove(
      { ...target, step: 'in-sync', pods: null },
      reading('in-sync', log.slice(0, log.indexOf('BEGIN-6'))),
    );
    expect(cut).toMatchObject({
      outcome: 'not-proven',
      reason: expect.stringContaining('The log at site-a ends before the output of "site name".'),
    });
  });
});

describe('the clears of a Batch', () => {
  const answered = (said: Said, more = '') =>
    clearsAreAnswered(reading('clear', `${logFor('clear', said)}${more}`));

  it('are answered where each of them said nothing, whatever else failed', () => {
    expect(answered({})).toBe(true);
    expect(answered({ 'stats /': 'Error: x' })).toBe(true);
  });

  it('may still be carried out where one was refused, or an error is nobody’s', () => {
    expect(answered({ 'clearcache work': 'Error: x' })).toBe(false);
    expect(answered({}, 'Error: whose?\n')).toBe(false);
  });
});
