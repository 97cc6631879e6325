import { describe, expect, it } from '@jest/globals';
import { readLog } from '../../functions/data-grid/cli-output.ts';
import type { Command, Expectation } from '../../functions/data-grid/commands.ts';
import { UnparseableLogError } from '../../functions/shared/errors.ts';
import type { CacheName } from '../../functions/shared/names.ts';

const BATCH = 'failover-status-0123456789abcdef';
const commandOf = (expects: Expectation): Command => ({ line: 'the command', expects });
const silence = { form: 'silence', cache: 'work' as CacheName } as const;
const status = (text: string) =>
  readLog(
    `\nBEGIN-1\n${text}\nEND-1\n`,
    [commandOf({ form: 'status-of-cache', cache: 'work' as CacheName })],
    BATCH,
    'site-b',
  );

const errorOf = (act: () => unknown): UnparseableLogError => {
  try {
    act();
  } catch (error) {
    return error as UnparseableLogError;
  }
  throw new Error('Nothing was thrown.');
};

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

  it('may hold colours, titles and whatever else a terminal takes, and what Java says wherever it does', () => {
    const remarks = [
      'WARNING: x',
      'NOTE: Picked up JDK_JAVA_OPTIONS: -Xmx1g',
      'Picked up JAVA_TOOL_OPTIONS: -Xmx1g',
      'OpenJDK 64-Bit Server VM warning: x',
      'Java HotSpot(TM) 64-Bit Server VM warning: x',
      'SLF4J: x',
      'SLF4J(W): x',
      '  WARNING: x',
    ];
    for (const remark of remarks) {
      expect(readTwo(`BEGIN-1\n${remark}\nEND-1\nBEGIN-2\nsite-a\nEND-2\n`).answered[0]!.answer).toEqual({
        kind: 'silence',
      });
      const said = `x ${remark.trim()}`;
      expect(() => readTwo(`BEGIN-1\n${said}\nEND-1\nBEGIN-2\nsite-a\nEND-2\n`)).toThrow(UnparseableLogError);
    }
    const codes = [
      '\u001b[1;31m',
      '\u001b[?25l',
      '\u001b[0 q',
      '\u001b]0;a title\u0007',
      '\u001b]0;t\u001b\\',
      '\u001bM',
    ];
    for (const code of codes) {
      expect(readTwo(`BEGIN-1\n${code}\nEND-1\nBEGIN-2\n${code}site-a\nEND-2\n`).answered[1]!.answer).toEqual(
        {
          kind: 'name',
          site: 'site-a',
        },
      );
    }
    expect(readTwo('BEGIN-1\nEND-1\nBEGIN-2\nsite-a\nEND-2\n\u001b]0;a title').stray).toBeNull();
  });

  it('has marks of a line of their own, blanks around them or not', () => {
    expect(
      readTwo('  BEGIN-1 \n END-1\nBEGIN-2\nsite-a\nEND-2').answered.map(({ answer }) => answer.kind),
    ).toEqual(['silence', 'name']);
    for (const text of ['x BEGIN-2', 'END-1 x']) {
      expect(() => readTwo(`BEGIN-1\n${text}\nEND-1\nBEGIN-2\nsite-a\nEND-2\n`)).toThrow(
        'its output has no known form',
      );
    }
  });

  it('that greets says with what, on one line', () => {
    const { greeting, answered, stray } = readTwo('\n Welcome \nto the CLI\n');
    expect([greeting, stray]).toEqual(['Welcome to the CLI', null]);
    expect(answered.map(({ answer }) => answer.kind)).toEqual(['missing', 'missing']);
    expect(readTwo('').greeting).toBe('');
  });

  it('names a refusal of its own line alone, in its greeting, between its frames or where it breaks off', () => {
    const whole = 'BEGIN-1\nEND-1\nBEGIN-2\nsite-a\nEND-2\n';
    const refused = { why: 'error', said: 'Error: x' };
    expect(readTwo(`Hello\nError: x\n${whole}`).stray).toEqual(refused);
    expect(readTwo(`BEGIN-1\nEND-1\nError: x\nand what it was\nBEGIN-2\nsite-a\nEND-2\n`).stray).toEqual(
      refused,
    );
    expect(readTwo('BEGIN-1\nwhat it did\nError: x\nand why\n').stray).toEqual(refused);
    expect(readTwo(`Hello\n${whole}`).stray).toBeNull();
  });

  it.each([
    ['BEGIN-1\nBEGIN-2\n', 'at "the command": BEGIN-2 where END-1 must stand.'],
    ['BEGIN-1\nEND-1\nEND-2\n', 'at "the command": END-2 where BEGIN-2 must stand.'],
    [
      'BEGIN-1\nEND-1\nBEGIN-2\nsite-a\nEND-2\nBEGIN-3\n',
      'at "the command": BEGIN-3 where nothing more must stand.',
    ],
    [
      'BEGIN-1\nEND-1\nwhat?\n \nthis?\n',
      'at "between two commands": a line that belongs to none, at: what? this?.',
    ],
    ['BEGIN-1\nsome\nthing\nEND-1\n', 'at "the command": its output has no known form, at: some thing.'],
  ])('that is refused says where, what stands there and what must: %j', (log, what) => {
    const { message } = errorOf(() => readTwo(log));
    expect(message).toContain(what);
    expect(message).toContain(
      "Nothing is proven. The function's own log holds the whole text; compare it with the forms that this version " +
        'knows (functions/data-grid/cli-output.ts), and take the step by hand meanwhile.',
    );
  });

  it('of no command at all has no frame', () => {
    expect(errorOf(() => readLog('BEGIN-1\n', [], BATCH, 'site-b')).message).toContain(
      'at "no command": BEGIN-1 where nothing more must stand.',
    );
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
