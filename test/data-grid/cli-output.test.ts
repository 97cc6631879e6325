import { describe, expect, it } from '@jest/globals';
import { type Answer, readLog } from '../../functions/data-grid/cli-output.ts';
import type { Command, Expectation } from '../../functions/data-grid/commands.ts';
import { UnparseableLogError } from '../../functions/shared/errors.ts';
import type { CacheName } from '../../functions/shared/names.ts';

const BATCH = 'failover-status-0123456789abcdef';
const work = 'work' as CacheName;

const commandOf = (expects: Expectation): Command => ({ line: 'the command', expects });
const read = (text: string, expects: Expectation, log = `\nBEGIN-1\n${text}\nEND-1\n`): Answer =>
  readLog(log, [commandOf(expects)], BATCH, 'site-b').answered[0]!.answer;
const status = (text: string) => read(text, { form: 'status-of-cache', cache: work });
const silence = { form: 'silence', cache: work } as const;

describe('the status of a site, in the forms that the CLI has had', () => {
  it.each([
    ['of all caches', '{"status":"offline"}', 'offline'],
    ['of all caches, pretty-printed', '{\n  "status" : "online"\n}', 'online'],
    ['wrapped by site', '{"site-b":{"status":"offline"}}', 'offline'],
    [
      'wrapped by site, mixed',
      '{"site-b":{"status":"mixed","online":["work"],"offline":["sessions"]}}',
      'mixed',
    ],
    ['wrapped by two sites', '{"site-c":{"status":"online"},"site-b":{"status":"offline"}}', 'offline'],
    ['by node', '{"site-a-0":"online"}', 'online'],
    ['by several nodes that agree', '{"site-a-0":"offline","site-a-1":"offline"}', 'offline'],
    ['by several nodes that do not agree', '{"site-a-0":"offline","site-a-1":"online"}', 'mixed'],
    ['by node, of which one is mixed', '{"site-a-0":"mixed"}', 'mixed'],
    ['by site', '{"site-b":"offline","site-c":"online"}', 'offline'],
    ['in colour', '\u001b[32m{"status":\u001b[0m"offline"}\u001b[0m', 'offline'],
    ['with Windows line ends', '{\r\n"status":"online"\r\n}\r\n', 'online'],
  ])('is read %s', (_form, text, expected) => {
    expect(status(text)).toMatchObject({ kind: 'status', status: expected });
  });

  it('names which caches differ where it is mixed', () => {
    const text = '{"status":"mixed","online":["work"],"offline":["sessions"],"mixed":["x"]}';
    expect(read(text, { form: 'status-of-all' })).toEqual({
      kind: 'status',
      status: 'mixed',
      mixture: { online: ['work'], offline: ['sessions'], mixed: ['x'] },
    });
  });

  it.each([
    ['says offline but lists a cache that is online', '{"status":"offline","online":["work"]}'],
    ['is another word', '{"status":"Offline"}'],
    ['is of another site', '{"site-c":{"status":"offline"}}'],
    ['is text', 'offline'],
    ['is half of a JSON', '{"status":"offline"'],
    ['is a list', '["offline"]'],
    ['is null', 'null'],
    ['is null of the site', '{"site-b":null}'],
    ['is a status that a node has as well', '{"status":"offline","site-a-0":"offline"}'],
    ['is of a node named so, which says mixed without a list', '{"status":"mixed","site-a-0":"offline"}'],
    ['holds another thing than a status by site', '{"site-b":{"site-a-0":"offline"}}'],
    ['says it twice', '{"status":"offline"}{"status":"offline"}'],
    ['says two things of the same node', '{"site-a-0":"online","site-a-0":"offline"}'],
    ['says two things in one answer', '{"status":"online",\n"status" : "offline"}'],
    ['says two things of the same site', '{"site-b":{"status":"online","status":"offline"}}'],
    ['is a node map with a word that nobody knows', '{"site-a-0":"offline","site-a-1":"failed"}'],
  ])('is not read where it %s', (_why, text) => {
    expect(() => status(text)).toThrow(UnparseableLogError);
  });

  it.each(['', '{}', '{ }', '   '])('is nothing where the text is "%s"', (text) => {
    expect(status(text)).toEqual({ kind: 'nothing' });
  });

  it('lists no cache where it is not mixed, and only what was said where it is', () => {
    const none = { online: [], offline: [], mixed: [] };
    expect(status('{"status":"offline"}')).toEqual({ kind: 'status', status: 'offline', mixture: none });
    expect(status('{"site-a-0":"offline"}')).toEqual({ kind: 'status', status: 'offline', mixture: none });
    expect(status('{"status":"mixed"}')).toEqual({ kind: 'status', status: 'mixed', mixture: none });
  });
});

describe('the other answers', () => {
  it('are read', () => {
    expect(
      read('{"work":"ok","sessions":"Incorrect site name: site-zz"}', { form: 'result-per-cache' }),
    ).toEqual({
      kind: 'results',
      results: new Map([
        ['work', null],
        ['sessions', 'Incorrect site name: site-zz'],
      ]),
    });
    expect(read('{"site-b":"SENDING"}', { form: 'push-status', cache: work })).toEqual({
      kind: 'pushes',
      pushes: new Map([['site-b', 'SENDING']]),
    });
    expect(read('{"site-b":"CANCELED"}', { form: 'push-status', cache: work })).toMatchObject({
      kind: 'pushes',
    });
    expect(read('"ok"', { form: 'acknowledgement', cache: work })).toEqual({ kind: 'acknowledged' });
    expect(read('ok', { form: 'acknowledgement', cache: work })).toEqual({ kind: 'acknowledged' });
    expect(read('', silence)).toEqual({ kind: 'silence' });
    expect(read('site-a', { form: 'site-name' })).toEqual({ kind: 'name', site: 'site-a' });
    expect(read('[site-a, site-b]', { form: 'site-view' })).toEqual({
      kind: 'view',
      sites: ['site-a', 'site-b'],
    });
    expect(read('["site-a","site-b"]', { form: 'site-view' })).toEqual({
      kind: 'view',
      sites: ['site-a', 'site-b'],
    });
    expect(read('[]', { form: 'site-view' })).toEqual({ kind: 'view', sites: [] });
    expect(
      read('{"approximate_entries_unique":42,"current_number_of_entries":-1}', {
        form: 'statistics',
        cache: work,
      }),
    ).toEqual({ kind: 'entries', entries: 42 });
    expect(read('{"approximate_entries_unique":-1}', { form: 'statistics', cache: work })).toEqual({
      kind: 'uncounted',
    });
  });

  it('are not guessed: a status of a push that nobody knows, a count under another name, a word for silence', () => {
    expect(() => read('{"site-b":"CANCELLING"}', { form: 'push-status', cache: work })).toThrow(
      UnparseableLogError,
    );
    expect(() => read('{"current_number_of_entries":3}', { form: 'statistics', cache: work })).toThrow(
      UnparseableLogError,
    );
    expect(() => read('done', silence)).toThrow(UnparseableLogError);
    expect(() => read('ok', { form: 'push-status', cache: work })).toThrow(UnparseableLogError);
  });
});

describe('an answer that is no text', () => {
  it.each<[string, Expectation]>([
    ['a name', { form: 'site-name' }],
    ['a view', { form: 'site-view' }],
    ['an acknowledgement', { form: 'acknowledgement', cache: work }],
    ['a count', { form: 'statistics', cache: work }],
  ])('is nothing where %s had to be said', (_, expects) => {
    expect(read('', expects)).toEqual({ kind: 'nothing' });
    expect(read('\n  \n', expects)).toEqual({ kind: 'nothing' });
  });
});

describe('an answer with something before, behind or within it', () => {
  it.each<[string, Expectation]>([
    ['my site-a', { form: 'site-name' }],
    ['site-a is me', { form: 'site-name' }],
    ['sites: [site-a]', { form: 'site-view' }],
    ['[site-a] and more', { form: 'site-view' }],
    ['site-a, site-b', { form: 'site-view' }],
    ['[site a]', { form: 'site-view' }],
    ['[site-a!]', { form: 'site-view' }],
    ['[!site-a]', { form: 'site-view' }],
    ['["site-a"x]', { form: 'site-view' }],
    ['[x"site-a"]', { form: 'site-view' }],
    ['{"work":1}', { form: 'result-per-cache' }],
    ['{"work":{"distributed-cache":3}}', { form: 'description', cache: work }],
    ['{"ERROR":"x","work":"ok","other":3}', { form: 'result-per-cache' }],
  ])('is none: %s', (text, expects) => {
    expect(() => read(text, expects)).toThrow(UnparseableLogError);
  });

  it('is still an answer where something in it has no value', () => {
    const text = '{"work":{"distributed-cache":{"mode":"SYNC","name":null}}}';
    expect(read(text, { form: 'description', cache: work })).toMatchObject({ kind: 'description' });
  });

  it('is still an answer where white space alone stands there', () => {
    expect(read(' [ site-a ,site-b ] ', { form: 'site-view' })).toEqual({
      kind: 'view',
      sites: ['site-a', 'site-b'],
    });
    expect(read('{"note : \\" :":"ok"}', { form: 'result-per-cache' })).toMatchObject({ kind: 'results' });
  });

  it('is no error where a cache or a site is called ERROR', () => {
    expect(read('{"ERROR":"ok","work":"ok"}', { form: 'result-per-cache' })).toMatchObject({
      kind: 'results',
    });
    expect(read('{"ERROR":"SENDING"}', { form: 'push-status', cache: work })).toMatchObject({
      kind: 'pushes',
    });
  });
});

describe('that a cache to be described does not exist', () => {
  const describe1 = { form: 'description', cache: work } as const;
  const ABSENT = { kind: 'description', description: { exists: false } };
  const missing = "IllegalArgumentException: No such resource 'work'";

  it('is said by itself, wherever it stands', () => {
    expect(read(missing, describe1)).toEqual(ABSENT);
    expect(read('', describe1, `BEGIN-1\nEND-1\n  ${missing}  \n`)).toEqual(ABSENT);
  });

  it.each([
    ['of another cache', "IllegalArgumentException: No such resource 'other'"],
    ['with a word behind', `${missing} here`],
  ])('is not said %s', (_, line) => {
    expect(read(line, describe1)).not.toEqual(ABSENT);
  });

  it('is not said with a word before', () => {
    expect(() => read(`Oh: ${missing}`, describe1)).toThrow(UnparseableLogError);
  });

  it('is no answer where there is another one, nor to another command', () => {
    const text = '{"work":{"distributed-cache":{"mode":"SYNC"}}}';
    expect(read(`${text}\n${missing}`, describe1)).toMatchObject({
      kind: 'description',
      description: { exists: true },
    });
    expect(read(missing, { form: 'statistics', cache: work })).toMatchObject({ kind: 'refused' });
    const two = readLog(
      `BEGIN-1\n${missing}\nEND-1\nBEGIN-2\nEND-2\n`,
      [commandOf(describe1), commandOf({ form: 'statistics', cache: work })],
      BATCH,
      'site-b',
    );
    expect(two.answered.map(({ answer }) => answer.kind)).toEqual(['description', 'nothing']);
  });
});

describe('what the CLI refuses', () => {
  it.each([
    ["\u001b[31mNot Found: ISPN012010: Cache with name 'nosuch' not found\u001b[0m", 'not-found'],
    ['Not Found: ', 'no-such-site'],
    ["Not Found: Cache 'local1' does not have backup sites.", 'no-backups'],
    ["No such resource 'nosuch'", 'not-found'],
    ['The supplied credentials are invalid <html>admin:hunter2</html>', 'credentials'],
    ['The user is not allowed to access the server resource: /rest/v2', 'not-allowed'],
    ['Could not connect to server: Connection refused', 'not-connected'],
    ['The command is not available in the current context.', 'not-connected'],
    ['java.util.concurrent.TimeoutException', 'no-answer'],
    ['Error: something went wrong', 'error'],
    ['{"ERROR":"org.infinispan.remoting.RemoteException"}', 'error'],
    ['"Unable to perform operation. Error=x"', 'error'],
  ])('is known: %s', (text, why) => {
    expect(status(text)).toMatchObject({ kind: 'refused', refusal: { why } });
    expect(read(text, { form: 'acknowledgement', cache: work })).toMatchObject({ kind: 'refused' });
    expect(read(text, silence)).toMatchObject({ kind: 'refused' });
  });

  it('outweighs an answer that stands beside it', () => {
    expect(status('Error: late\n{"status":"offline"}')).toMatchObject({ kind: 'refused' });
  });

  it('counts for all commands where it stands outside their frames', () => {
    const reading = readLog('BEGIN-1\nEND-1\nError: whose?\n', [commandOf(silence)], BATCH, 'site-b');
    expect(reading.stray).toEqual({ why: 'error', said: 'Error: whose?' });
  });
});
