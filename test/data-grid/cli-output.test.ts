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

const errorOf = (act: () => unknown): UnparseableLogError => {
  try {
    act();
  } catch (error) {
    return error as UnparseableLogError;
  }
  throw new Error('Nothing was thrown.');
};

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

describe('a log as a whole', () => {
  const two = [commandOf(silence), commandOf({ form: 'site-name' })];
  const readTwo = (log: string) => readLog(log, two, BATCH, 'site-b');

  it('may begin with what an image or Java says of itself', () => {
    const { answered, stray } = readTwo(
      [
        'Picked up JAVA_TOOL_OPTIONS: -Djavax.net.ssl.trustStorePassword=hunter2',
        'Welcome',
        'BEGIN-1',
        'WARNING: A terminally deprecated method in sun.misc.Unsafe has been called',
        'END-1',
        'BEGIN-2',
        'site-a',
        'END-2',
      ].join('\n'),
    );
    expect(answered.map(({ answer }) => answer.kind)).toEqual(['silence', 'name']);
    expect(stray).toBeNull();
  });

  it('that breaks off says nothing of the commands it does not reach', () => {
    expect(readTwo('BEGIN-1\nEND-1\nBEGIN-2\nsite-a\n').answered.map(({ answer }) => answer.kind)).toEqual([
      'silence',
      'missing',
    ]);
    expect(readTwo('').answered.map(({ answer }) => answer.kind)).toEqual(['missing', 'missing']);
    expect(readTwo('BEGIN-1\nCould not connect to server: gone\n').stray).toMatchObject({
      why: 'not-connected',
    });
  });

  it.each([
    ['has a frame twice', 'BEGIN-1\nEND-1\nBEGIN-1\nEND-1\nBEGIN-2\nsite-a\nEND-2\n'],
    ['has a frame that does not end', 'BEGIN-1\nBEGIN-2\nsite-a\nEND-2\n'],
    ['has its frames in another order', 'BEGIN-2\nsite-a\nEND-2\nBEGIN-1\nEND-1\n'],
    ['has a frame too many', 'BEGIN-1\nEND-1\nBEGIN-2\nsite-a\nEND-2\nBEGIN-3\nEND-3\n'],
    ['ends a frame that did not begin', 'END-1\n'],
    ['has a line between its frames that nobody knows', 'BEGIN-1\nEND-1\nwhat?\nBEGIN-2\nsite-a\nEND-2\n'],
  ])('is refused when it %s', (_what, log) => {
    expect(() => readTwo(log)).toThrow(UnparseableLogError);
  });

  it('that can not be read is reported with its Batch, the command, an excerpt and the remedy', () => {
    const { message } = errorOf(() => status('<html>what is this</html>'));
    expect(message).toContain(BATCH);
    expect(message).toContain('the command');
    expect(message).toContain('what is this');
    expect(message).toContain("The function's own log holds the whole text");
  });

  it.each([
    'http://admin:hunter2@127.0.0.1:11222/ is odd',
    'password: hunter2',
    'password=hunter2 and so on',
    '{"password":"hunter2"}',
    'Authorization: Bearer hunter2',
    'the secret = "hunter2"',
    'eyJhbGciOiJIUzI1NiJ9.hunter2.x',
  ])('never has its secrets repeated: %s', (text) => {
    expect(errorOf(() => status(text)).message).not.toContain('hunter2');
  });

  it('is quoted shortly however long it is', () => {
    expect(errorOf(() => status('what '.repeat(100_000))).message.length).toBeLessThan(700);
  });
});
