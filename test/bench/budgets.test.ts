import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { sizeOf } from '../../lab/bench/bundles.ts';
import { type Figures, judged, printed } from '../../lab/bench/printing.ts';
import { percentile } from '../../lab/bench/statistics.ts';

const bundle = { importedBytes: 391_432, laterBytes: 246_000, importMilliseconds: 95, ratio: 2.4 };
const figures = (hotPath: Partial<typeof bundle> = {}): Figures => ({
  machine: { processors: 2, model: 'a processor', node: 'v24.21.0', load: 0.4 },
  bundles: [{ name: 'reconcile', processorMilliseconds: 90, ...bundle, ...hotPath }],
  hotPath: { events: 1_000, firstMilliseconds: 80, p50Milliseconds: 9.34, p99Milliseconds: 31 },
  rounds: [['GetItem'], ['PutItem'], ['UpdateHealthCheck']],
  transitions: [{ workflow: 'failover', own: 19, all: 51 }],
});
const kept = (of: Figures) => judged(of).map(({ kept: isKept }) => isKept);

describe('the budgets', () => {
  it('are kept up to the very byte and millisecond', () => {
    expect(kept(figures({ importedBytes: 450_000, importMilliseconds: 120 }))).toEqual([true, true, true]);
  });

  it('of size and of rounds bind, that of time is only said: the machine may be busy', () => {
    const missed = { ...figures({ importedBytes: 450_001, importMilliseconds: 121 }), rounds: [['GetItem']] };
    expect(kept(missed)).toEqual([false, false, false]);
    expect(judged(missed).map(({ binding }) => binding)).toEqual([true, false, true]);
    expect(printed(missed, judged(missed))).toContain('MISSED reconcile, what is imported at once: 450 kB');
  });

  it('are printed with what was measured, in the units that they are set in', () => {
    const text = printed(figures(), judged(figures()));
    expect(text).toContain('2 × a processor, Node 24.21.0, load 0.4\n');
    expect(text).toMatch(/^reconcile +391 kB +246 kB +95 ms +90 ms +2\.4$/m);
    expect(text).toContain('p50 9.3 ms, p99 31 ms, the first 80 ms');
    expect(text).toMatch(/^failover +19 +51 +\$0\.00128$/m);
    expect(text).toContain('kept   rounds of AWS calls until the traffic write: 3, budget 3');
  });

  it('are printed with a warning where the machine was busy', () => {
    const busy = { ...figures(), machine: { ...figures().machine, load: 2.1 } };
    expect(printed(busy, [])).toContain('load 2.1: BUSY');
  });
});

describe('the size of a bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is that of all it imports, however far on, and not of what it imports when it needs it', () => {
    const files = {
      'index.mjs': 'import{a as b}from"./chunk-A.mjs";import"./chunk-B.mjs";b(()=>import("./later.mjs"));',
      'chunk-A.mjs': 'import{c}from"./chunk-C.mjs";export{c as a};',
      'chunk-B.mjs': 'import"./chunk-C.mjs";',
      'chunk-C.mjs': 'export const c=1;',
      'later.mjs': 'import{c}from"./chunk-C.mjs";import"./chunk-D.mjs";',
      'chunk-D.mjs': 'export{};',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const bytes = (...names: (keyof typeof files)[]) =>
      names.reduce((sum, name) => sum + files[name].length, 0);
    expect(sizeOf(folder)).toEqual({
      importedBytes: bytes('index.mjs', 'chunk-A.mjs', 'chunk-B.mjs', 'chunk-C.mjs'),
      laterBytes: bytes('later.mjs', 'chunk-D.mjs'),
    });
  });
});

describe('a percentile', () => {
  it.each([
    [50, 50],
    [99, 99],
    [100, 100],
  ])('of %i of the numbers to a hundred is %i', (percent, value) => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(values, percent)).toBe(value);
  });

  it('of one value is that value', () => {
    expect(percentile([7], 99)).toBe(7);
  });
});
