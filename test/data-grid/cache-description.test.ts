import { describe, expect, it } from '@jest/globals';
import { type Answer, readLog } from '../../functions/data-grid/cli-output.ts';
import type { Command } from '../../functions/data-grid/commands.ts';
import { UnparseableLogError } from '../../functions/shared/errors.ts';
import type { CacheName } from '../../functions/shared/names.ts';

const work = 'work' as CacheName;
const sessions = 'sessions' as CacheName;
const describing = (...caches: CacheName[]): readonly Command[] =>
  caches.map((cache) => ({ line: `describe ${cache}`, expects: { form: 'description', cache } }));

const answersOf = (log: string, commands = describing(work)): readonly Answer[] =>
  readLog(log, commands, 'batch', 'site-b').answered.map(({ answer }) => answer);
const read = (text: string): Answer => answersOf(`BEGIN-1\n${text}\nEND-1\n`)[0]!;

const cache = (fields: object, kind = 'distributed-cache') => JSON.stringify({ work: { [kind]: fields } });
const backedUp = (backup: object, site = 'site-b') => cache({ backups: { [site]: { backup } } });

const MISSING = "\u001b[0;31mIllegalArgumentException: No such resource 'sessions'\u001b[0;39m";
const absent = { kind: 'description', description: { exists: false } };

describe('the description of a cache', () => {
  it.each([
    ['4500', 4_500],
    ['4500ms', 4_500],
    ['4.5s', 4_500],
    ['1m', 60_000],
    ['0.125s', 125],
    [4_500, 4_500],
  ])('knows a timeout of %s', (timeout, timeoutMilliseconds) => {
    expect(read(backedUp({ timeout }))).toMatchObject({
      description: { backups: [{ site: 'site-b', timeoutMilliseconds }] },
    });
  });

  it.each([
    ['another cache', '{"sessions":{"distributed-cache":{}}}'],
    ['two caches', '{"work":{"distributed-cache":{}},"sessions":{"distributed-cache":{}}}'],
    ['a kind that nobody knows', cache({}, 'mirrored-cache')],
    ['two kinds', '{"work":{"distributed-cache":{},"local-cache":{}}}'],
    ['no kind', '{"work":{}}'],
    ['a kind with something before it', cache({}, 'my-local-cache')],
    ['a kind with something behind it', cache({}, 'local-caches')],
    ['a time with something before it', backedUp({ timeout: 'about 5s' })],
    ['a time with something behind it', backedUp({ timeout: '5s or so' })],
    ['a mode that nobody knows', cache({ mode: 'EVENTUAL' })],
    ['a failure policy that nobody knows', backedUp({ 'failure-policy': 'MAYBE' })],
    ['a time that nobody knows', backedUp({ timeout: 'soon' })],
    ['statistics that are neither on nor off', cache({ statistics: 'sometimes' })],
  ])('is not guessed: %s', (_what, text) => {
    expect(() => read(text)).toThrow(UnparseableLogError);
  });

  it.each([
    ['true', true],
    ['false', false],
    [true, true],
  ])('knows statistics that are %j', (said, statistics) => {
    expect(read(cache({ statistics: said }))).toMatchObject({ description: { statistics } });
  });

  it.each(['FAIL', 'WARN', 'IGNORE', 'CUSTOM'])('knows the failure policy %s', (failurePolicy) => {
    expect(read(backedUp({ 'failure-policy': failurePolicy }))).toMatchObject({
      description: { backups: [{ failurePolicy }] },
    });
  });

  it('takes what is not said for the default', () => {
    const none = { description: { transactions: 'NONE', mode: 'SYNC', statistics: false, backups: [] } };
    expect(read(cache({}))).toMatchObject(none);
    expect(read(cache({ transaction: {} }))).toMatchObject(none);
    expect(read(backedUp({}))).toMatchObject({
      description: { backups: [{ strategy: 'ASYNC', failurePolicy: 'WARN', timeoutMilliseconds: 15_000 }] },
    });
  });

  it('differs in its digest by whatever else a configuration says, and not by the order', () => {
    const digestOf = (text: string) => {
      const answer = read(text);
      return answer.kind === 'description' && answer.description.exists ? answer.description.digest : null;
    };
    const one = digestOf(cache({ mode: 'SYNC', owners: '2' }));
    expect(one).toMatch(/^[0-9a-f]{12}$/);
    expect(digestOf(cache({ owners: '2', mode: 'SYNC' }))).toBe(one);
    expect(digestOf(cache({ owners: '3', mode: 'SYNC' }))).not.toBe(one);
    expect(digestOf(backedUp({}, 'site-c'))).not.toBe(digestOf(backedUp({})));
    const listed = (...owners: string[]) => digestOf(cache({ owners }));
    expect(listed('one', 'two')).not.toBe(listed('two', 'one'));
    expect(listed('one', 'two')).not.toBe(digestOf(cache({ owners: { 0: 'one', 1: 'two' } })));
  });
});

describe('a cache that does not exist', () => {
  const two = describing(work, sessions);
  const described = ['BEGIN-1', '{"work":', '{"local-cache":{}}}', 'END-1'];

  it.each([
    ['in its place', [...described, 'BEGIN-2', MISSING, 'END-2']],
    ['behind all', [...described, 'BEGIN-2', 'END-2', MISSING]],
    ['within what is said of another one', [...described.toSpliced(2, 0, MISSING), 'BEGIN-2', 'END-2']],
    ['before all', [MISSING, ...described, 'BEGIN-2', 'END-2']],
  ])('is told by its name, wherever standard error got into the log: %s', (_where, lines) => {
    expect(answersOf(lines.join('\n'), two)).toMatchObject([{ kind: 'description' }, absent]);
  });

  it('is not concluded from silence', () => {
    expect(answersOf([...described, 'BEGIN-2', 'END-2'].join('\n'), two)[1]).toEqual({ kind: 'nothing' });
  });

  it('is not concluded from a resource that was not asked for', () => {
    const { stray } = readLog(
      [...described, 'BEGIN-2', 'END-2', MISSING.replace('sessions', 'containers')].join('\n'),
      two,
      'batch',
      'site-b',
    );
    expect(stray).toMatchObject({ why: 'error' });
  });
});
