import { describe, expect, it } from '@jest/globals';
import { DEFECTS } from '../../lab/prove/defects/all.ts';
import { parseDefectsOptions } from '../../lab/prove/defects/options.ts';

const NAME = DEFECTS.at(-1)!.name;

describe('npm run prove:defects', () => {
  it('plants every defect, unless part of a name is given', () => {
    expect(parseDefectsOptions([])).toEqual({ wanted: DEFECTS, atMost: 300, markdown: false, list: false });
    expect(parseDefectsOptions(['--only', NAME, '--at-most', '1000'])).toMatchObject({
      wanted: [{ name: NAME }],
      atMost: 1000,
    });
    expect(parseDefectsOptions(['--list'])).toMatchObject({ wanted: DEFECTS, list: true });
    expect(parseDefectsOptions(['--help'])).toBe('help');
  });

  it.each([
    [['--at-most', 'x'], '--at-most x: a whole number above 0 is wanted.'],
    [['--at-most', '0'], '--at-most 0: a whole number above 0 is wanted.'],
    [
      ['--only', 'zzz'],
      '--only "zzz": no defect has that in its name. Their names: npm run prove:defects -- --list',
    ],
    [['--onyl', 'zzz'], "Unknown option '--onyl'. How it is used: npm run prove:defects -- --help"],
    [
      ['--list', '--markdown'],
      '--markdown would do nothing beside --list: nothing is planted. Leave out one of them.',
    ],
    [
      ['--list', '--at-most', '5'],
      '--at-most would do nothing beside --list: nothing is planted. Leave out one of them.',
    ],
  ])('%j is refused in a line that says what is right', (words, says) => {
    expect(() => parseDefectsOptions(words)).toThrow(new Error(says));
  });
});
