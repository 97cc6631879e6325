import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { JSONPath } from 'jsonpath-plus';
import { fieldsOf, quick, valueAt } from '../../lab/prove/quick-libraries.ts';

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

describe('the quicker libraries', () => {
  it.each(HISTORIES)('tell $story as the libraries do, call by call', async (history) => {
    const [plain, quicker, frozen] = await Promise.all([
      log(history),
      log(history, '--import', new URL('../../lab/prove/quick-libraries-hook.ts', import.meta.url).href),
      log(history, '--import', new URL('./frozen-libraries-hook.ts', import.meta.url).href),
    ]);
    expect(quicker).toBe(plain);
    // Nobody changes what is no longer copied.
    expect(frozen).toBe(plain);
    expect(plain).toContain('It ends as');
  });

  it('read the paths that name fields as jsonpath-plus does', () => {
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

  it('leave every other path to jsonpath-plus', () => {
    for (const path of ['$', '$.a[0]', '$..a', '$.a.*', "$['a']", '$.a-b', '$.a~', '$.a.^', '$.a.'])
      expect(fieldsOf(path)).toBeNull();
  });

  it.each([
    ['node_modules/aws-local-stepfunctions/build/main.node.esm.js', 'cloneJSON'],
    ['node_modules/@aws-sdk/util-dynamodb/dist-cjs/index.js', 'convertMap'],
  ])('are refused where %s is no longer the one that they were written for', (path, name) => {
    const source = readFileSync(inRoot(path), 'utf8');
    expect(quick(inRoot(path), source)).not.toBe(source);
    expect(() => quick(inRoot(path), source.replaceAll(name, 'somethingElse'))).toThrow(name);
  });
});
