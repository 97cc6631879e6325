import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Answer, readLog } from '../../functions/data-grid/cli-output.ts';
import type { Command, Expectation } from '../../functions/data-grid/commands.ts';
import { commandsOf, STEPS } from '../../functions/data-grid/commands.ts';
import { prove } from '../../functions/data-grid/proofs.ts';
import { UnparseableLogError } from '../../functions/shared/errors.ts';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { healthyCli, logOf } from './site.ts';

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

describe('whatever a log holds', () => {
  const caches = ['work', 'sessions'] as CacheName[];
  const step = fc.constantFrom(...STEPS);
  // Pieces of real logs, shuffled, cut and joined: these come closer to a wrong proof than noise does.
  const piece = fc.oneof(
    fc.constantFrom(
      'ok',
      '"ok"',
      '{}',
      '',
      'site-a',
      '[site-a, site-b]',
      '{"status":"online"}',
      '{"status":"mixed","online":[],"offline":["work"],"mixed":[]}',
      '{"site-a-0":"online"}',
      '{"work":"ok","sessions":"ok"}',
      '{"site-b":"IDLE"}',
      '{"site-b":"SENDING"}',
      '{"ERROR":"x"}',
      'Not Found: ',
      'Error: x',
      '{"approximate_entries_unique":0}',
      '\u001b[31m',
    ),
    fc.string(),
    fc.json(),
  );
  const framed = (index: number, text: string) => `BEGIN-${index + 1}\n${text}\nEND-${index + 1}`;

  const outcomeOf = (log: string, each: (typeof STEPS)[number]) => {
    const target = { against: 'site-b' as SiteName, caches };
    const context = { ...target, step: each, site: 'site-a' as SiteName, pods: null };
    try {
      return prove(context, readLog(log, commandsOf(each, target), BATCH, 'site-b'));
    } catch (error) {
      expect(error).toBeInstanceOf(UnparseableLogError);
      return null;
    }
  };

  it('nothing but its own error is thrown', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join('\n')),
        ),
        step,
        (log, each) => {
          outcomeOf(log, each);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('offline is never proven, nor a clear, unless the text of each status says offline', () => {
    fc.assert(
      fc.property(
        fc.array(
          piece.filter((text) => !/:\s*"offline"/.test(text)),
          { minLength: 4, maxLength: 12 },
        ),
        fc.constantFrom('take-offline' as const, 'clear' as const),
        (texts, each) => {
          const outcome = outcomeOf(texts.map((text, index) => framed(index, text)).join('\n'), each);
          expect(outcome?.outcome).not.toBe('proven');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('online is never proven, nor a push, unless the text of each status says online', () => {
    fc.assert(
      fc.property(
        fc.array(
          piece.filter((text) => !text.includes('online')),
          { minLength: 4, maxLength: 8 },
        ),
        fc.constantFrom('bring-online' as const, 'push' as const),
        (texts, each) => {
          const outcome = outcomeOf(texts.map((text, index) => framed(index, text)).join('\n'), each);
          expect(outcome?.outcome).not.toBe('proven');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a push is never done unless the text of each cache says OK', () => {
    fc.assert(
      fc.property(
        fc.array(
          piece.filter((text) => !text.includes('"OK"')),
          { minLength: 2, maxLength: 2 },
        ),
        (texts) => {
          const outcome = outcomeOf(
            texts.map((text, index) => framed(index, text)).join('\n'),
            'push-status',
          );
          if (outcome?.outcome === 'proven')
            expect(outcome).toMatchObject({ step: 'push-status', done: false });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a good log cut anywhere proves nothing, and one line of it lost proves nothing', () => {
    const target = { against: 'site-b' as SiteName, caches: ['work', 'loginFailures'] as CacheName[] };
    for (const each of STEPS) {
      const commands = commandsOf(each, target);
      const script = commands
        .flatMap(({ line }, i) => [`echo BEGIN-${i + 1}`, line, `echo END-${i + 1}`])
        .join('\n');
      const cut: Record<string, string> = each === 'alone' ? { 'site view': '[site-a]' } : {};
      const log = logOf(script, healthyCli('site-a', cut));
      const proofOf = (text: string) => {
        try {
          return prove(
            { ...target, step: each, site: 'site-a' as SiteName, pods: null },
            readLog(text, commands, BATCH, 'site-b'),
          ).outcome;
        } catch (error) {
          expect(error).toBeInstanceOf(UnparseableLogError);
          return 'unreadable';
        }
      };
      expect([each, proofOf(log)]).toEqual([each, 'proven']);
      const end = log.lastIndexOf(`END-${commands.length}`) + `END-${commands.length}`.length;
      fc.assert(
        fc.property(fc.nat({ max: end - 1 }), (length) => {
          expect(proofOf(log.slice(0, length))).not.toBe('proven');
        }),
      );
      const frames = log.split('\n').filter((line) => /^(BEGIN|END)-/.test(line));
      for (const mark of frames) expect(proofOf(log.replace(`${mark}\n`, ''))).not.toBe('proven');
    }
  });
});
