import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { DEFECTS } from '../../lab/prove/defects/all.ts';
import { planted } from '../../lab/prove/defects/defect.ts';
import { CALL_FAULTS, MOVES } from '../../lab/prove/history.ts';
import { STORIES } from '../../lab/prove/stories.ts';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

describe('the planted defects', () => {
  it('are at least thirty, each under a name of its own', () => {
    expect(DEFECTS.length).toBeGreaterThanOrEqual(30);
    expect(new Set(DEFECTS.map(({ name }) => name)).size).toBe(DEFECTS.length);
  });

  it.each(DEFECTS)('can be planted still: it $name', (defect) => {
    for (const [file, text] of planted(defect, read)) {
      expect(text).not.toBe(read(file));
      if (file.endsWith('.json')) expect(() => JSON.parse(text)).not.toThrow();
      else expect(() => stripTypeScriptTypes(text)).not.toThrow();
    }
  });

  it.each(DEFECTS)(
    'are looked for where there is something to find: it $name',
    ({ story, kinds = [], near }) => {
      expect(STORIES.map(({ name }) => name)).toContain(story);
      // Aimed at calls, it must say with what.
      if (near !== undefined) expect(kinds).not.toEqual([]);
      for (const kind of kinds) expect([...CALL_FAULTS, ...MOVES]).toContain(kind);
    },
  );

  it('are refused, with the file, where their text has gone', () => {
    const defect = { name: 'is of old', story: '', patches: [{ file: 'a.ts', find: 'b();', put: '' }] };
    expect(() => planted(defect, () => 'b(); b();')).toThrow(/stands 2 times in a\.ts/);
    expect(() => planted(defect, () => 'c();')).toThrow(/stands 0 times in a\.ts/);
  });
});
