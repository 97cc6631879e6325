import { describe, expect, it } from '@jest/globals';
import { CALL_FAULTS, MOVES } from '../../lab/prove/history.ts';
import { HELP, parseOptions } from '../../lab/prove/options.ts';
import { STORIES } from '../../lab/prove/stories.ts';

const NAMES = STORIES.map(({ name }) => name);
const FROZEN = 'the passive site freezes, and a push of before hangs';
const AT_3 = { at: 3, kind: 'late' };

const complaint = (...words: readonly string[]): string => {
  try {
    parseOptions(words);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${words.join(' ')} was accepted`);
};

describe('npm run prove', () => {
  it('plays pairs in failover and resync, unless stories are named', () => {
    expect(parseOptions(['--pairs'])).toMatchObject({ stories: ['the primary freezes', 'resync'] });
    expect(parseOptions(['--pairs', '--story', 'adopt'])).toMatchObject({ stories: ['adopt'] });
    expect(parseOptions(['--each-call-once'])).toMatchObject({ eachCallOnce: true, stories: NAMES });
    expect(parseOptions([])).toMatchObject({
      stories: NAMES,
      eachCallOnce: false,
      seed: 1,
      oneIn: 1,
      random: null,
      replay: null,
    });
  });

  it('takes numbers as people write them', () => {
    const typed = ['--random', '1_000_000', '--seed', '7', '--story', 'adopt'];
    expect(parseOptions(typed)).toMatchObject({ random: 1_000_000, seed: 7, stories: ['adopt'] });
  });

  it('names every story and trouble in its help, each on a line of its own: some have commas', () => {
    expect(parseOptions(['--help'])).toBe('help');
    expect(HELP.split('\n')).toEqual(
      expect.arrayContaining([...NAMES, ...CALL_FAULTS, ...MOVES].map((name) => `  "${name}"`)),
    );
  });

  it('names the stories that exist when one does not', () => {
    const [first, second, ...rest] = complaint('--story', 'resnyc', '--story', 'adopt').split('\n');
    expect([first, second]).toEqual(['There is no story "resnyc".', 'There are:']);
    expect(rest).toContain(`  "${FROZEN}"`);
  });

  it.each([
    ['--random', 'many'],
    ['--random', '0'],
    ['--one-in', '1.5'],
  ])('%s %s: wants a whole number above 0', (option, value) => {
    expect(complaint(option, value)).toBe(`${option} ${value}: a whole number above 0 is wanted.`);
  });

  it.each([
    [['--stroy', 'adopt'], /'--stroy'/],
    [['adopt'], /'adopt'/],
    [['--story'], /'--story/],
    [['--story', '--pairs'], /'--story/],
    [['--pairs=yes'], /'--pairs'/],
    [['--random', '2', '--random', '3'], /^--random is given more than once\./],
  ])('%j: one line that names it and where to read on', (words, named) => {
    const said = complaint(...words);
    expect(said).toMatch(named);
    expect(said).toMatch(/^[^\n]+\. How it is used: npm run prove -- --help$/);
  });
});

describe('an option of npm run prove that would do nothing is refused', () => {
  const REPLAY = ['--replay', JSON.stringify({ story: 'adopt', seed: 1, troubles: [AT_3] })];
  const RANDOM = ['--random', '5'];

  it.each([
    ['--pairs', '--random', ['--pairs', ...RANDOM]],
    ['--everywhere', '--random', ['--everywhere', ...RANDOM]],
    ['--one-in', '--random', ['--one-in', '2', ...RANDOM]],
    ['--everywhere', '--pairs', ['--everywhere', '--pairs']],
    ['--pairs', '--replay', ['--pairs', ...REPLAY]],
    ['--everywhere', '--replay', ['--everywhere', ...REPLAY]],
    ['--random', '--replay', [...RANDOM, ...REPLAY]],
    ['--one-in', '--replay', ['--one-in', '2', ...REPLAY]],
    ['--seed', '--replay', ['--seed', '2', ...REPLAY]],
    ['--story', '--replay', ['--story', 'adopt', ...REPLAY]],
  ])('%s beside %s', (option, beside, words) => {
    expect(complaint(...words)).toMatch(
      new RegExp(`^${option} would do nothing beside ${beside}: .+\\. Leave out one of them\\.$`),
    );
  });

  it('--seed without --random', () => {
    expect(complaint('--seed', '7')).toMatch(/^--seed would do nothing without --random: .*Add --random/);
  });

  it('all of them at once', () => {
    expect(complaint('--pairs', '--everywhere', ...RANDOM).split('\n')).toHaveLength(3);
  });
});

describe('a history that is to be replayed', () => {
  const refused = (history: unknown) => complaint('--replay', JSON.stringify(history)).split('\n');

  it('is taken as it was printed, with troubles or without', () => {
    for (const troubles of [[AT_3], []]) {
      const history = { story: FROZEN, seed: 1, troubles };
      expect(parseOptions(['--replay', JSON.stringify(history)])).toMatchObject({ replay: history });
    }
  });

  it.each([
    ['an unknown field', { sede: 2 }, '  sede: there is no such field; the fields are story, seed, troubles'],
    ['a seed below 1', { seed: 0 }, '  seed: is 0; a whole number above 0 is wanted'],
    ['a seed that is a text', { seed: '1' }, '  seed: is "1"; a whole number above 0 is wanted'],
    ['no story', { story: undefined }, '  story: is missing'],
    ['an unknown story', { story: 'resnyc' }, '  story: is "resnyc"; there is no such story'],
    ['no troubles', { troubles: undefined }, '  troubles: is missing'],
    ['troubles of null', { troubles: null }, '  troubles: is null; not a list of {"at":…,"kind":…}'],
    ['a trouble of null', { troubles: [null] }, '  troubles.0: is null; not {"at":…,"kind":…}'],
    ['a trouble without its kind', { troubles: [AT_3, { at: 3 }] }, '  troubles.1.kind: is missing'],
    ['a trouble without its call', { troubles: [{ kind: 'late' }] }, '  troubles.0.at: is missing'],
    [
      'a call before the first',
      { troubles: [{ ...AT_3, at: -3 }] },
      '  troubles.0.at: is -3; a whole number above 0 is wanted',
    ],
    [
      'an unknown trouble',
      { troubles: [{ ...AT_3, kind: 'explodes' }] },
      '  troubles.0.kind: is "explodes"; there is no such trouble',
    ],
    [
      'an unknown field of a trouble',
      { troubles: [{ ...AT_3, knd: 1 }] },
      '  troubles.0.knd: there is no such field; the fields are at, kind',
    ],
  ])('is refused for %s, which is named', (_, wrong, says) => {
    const [first, second, ...rest] = refused({ story: 'adopt', seed: 1, troubles: [AT_3], ...wrong });
    expect(first).toMatch(/^--replay takes a history as it was printed: /);
    expect(second).toBe(says);
    // No other mistake; what there is may follow.
    expect(rest.filter((line) => !line.startsWith('  "'))).toHaveLength(
      says.includes('no such t') || says.includes('no such s') ? 1 : 0,
    );
  });

  it('is refused with all of its mistakes, and with the names that there are', () => {
    const lines = refused({
      story: 'resnyc',
      seed: 0,
      sede: 1,
      ssed: 2,
      troubles: [{ at: 0, kind: 'explodes' }],
    });
    for (const field of ['story', 'seed', 'sede', 'ssed', 'troubles.0.at', 'troubles.0.kind'])
      expect(lines.filter((line) => line.startsWith(`  ${field}: `))).toHaveLength(1);
    expect(lines).toEqual(expect.arrayContaining(['Stories:', `  "${FROZEN}"`, 'Troubles:', '  "late"']));
  });

  it.each(['7', 'null', '[]'])('is no %s', (text) => {
    expect(complaint('--replay', text)).toMatch(/^--replay takes a history as it was printed: \{"story"/);
  });

  it('is no text that the shell has eaten the quotes of', () => {
    expect(complaint('--replay', '{story:adopt}')).toMatch(/in single quotes; this is no JSON: /);
  });
});
