import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { JSONPath } from 'jsonpath-plus';
import { fieldsOf, quick, valueAt } from '../../lab/prove/quick-engine.ts';

const run = promisify(execFile);
const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Each came to redrives, retries, nested machines and a stop in a way of its own. */
const HISTORIES = [
  {
    story: 'switchback after a loss',
    seed: 3,
    troubles: [
      { at: 20, kind: 'the execution is stopped and redriven later' },
      { at: 40, kind: 'throttled' },
    ],
  },
  { story: 'resync', seed: 5, troubles: [{ at: 60, kind: 'dies after' }] },
  { story: 'contain as a dry run', seed: 1, troubles: [] },
  { story: 'the secondary serves and freezes', seed: 2, troubles: [{ at: 30, kind: 'fails after' }] },
];

const log = async (history: object, ...before: string[]): Promise<string> => {
  const args = [...before, inRoot('lab/prove/main.ts'), '--replay', JSON.stringify(history)];
  return (await run(process.execPath, ['--no-warnings', ...args], { maxBuffer: 1e8 })).stdout;
};

describe('the quicker engine', () => {
  it.each(HISTORIES)('tells $story as the engine does, call by call', async (history) => {
    const [plain, quicker, frozen] = await Promise.all([
      log(history),
      log(history, '--import', new URL('../../lab/prove/quick-engine-hook.ts', import.meta.url).href),
      log(history, '--import', new URL('./frozen-engine-hook.ts', import.meta.url).href),
    ]);
    expect(quicker).toBe(plain);
    // Nobody changes what is no longer copied.
    expect(frozen).toBe(plain);
    expect(plain).toContain('It ends as');
  });

  it('reads the paths that name fields as the library does', () => {
    const json = { a: { b: null, c: [1], d: '', e: { length: 2 } }, f: undefined, g: 0, h: false };
    const paths = [
      '$.a',
      '$.a.b',
      '$.a.b.c',
      '$.a.c',
      '$.a.c.length',
      '$.a.d',
      '$.a.d.length',
      '$.a.e.length',
    ];
    for (const path of [...paths, '$.f', '$.g', '$.h', '$.h.a', '$.none', '$.none.a', '$.toString']) {
      expect([path, valueAt(fieldsOf(path)!, json)]).toEqual([path, JSONPath({ path, json, wrap: false })]);
    }
  });

  it('leaves every other path to the library', () => {
    for (const path of ['$', '$.a[0]', '$..a', '$.a.*', "$['a']", '$.a-b', '$.a~', '$.a.^', '$.a.'])
      expect(fieldsOf(path)).toBeNull();
  });

  it('is refused where the engine is no longer the one that it was written for', () => {
    const engine = readFileSync(
      inRoot('node_modules/aws-local-stepfunctions/build/main.node.esm.js'),
      'utf8',
    );
    expect(quick(engine)).not.toBe(engine);
    expect(() => quick(engine.replaceAll('cloneJSON', 'copyJSON'))).toThrow('cloneJSON');
  });
});
