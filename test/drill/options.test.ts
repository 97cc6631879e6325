import { describe, expect, it } from '@jest/globals';
import { HelpWanted, parseOptions, UsageError } from '../../lab/drill/options.ts';
import { SCENARIOS } from '../../lab/drill/scenarios.ts';

const helpText = (): string => {
  try {
    parseOptions(['--help']);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('the options of the drill', () => {
  it('play the freeze of the primary on real servers by default', () => {
    expect(parseOptions([])).toEqual({
      scenario: 'freeze',
      caches: 'keycloak-26',
      simulated: false,
      unaided: false,
    });
  });

  it('are taken as they are typed', () => {
    expect(parseOptions(['--scenario', 'crash', '--caches', 'rhbk-24', '--simulated', '--unaided'])).toEqual({
      scenario: 'crash',
      caches: 'rhbk-24',
      simulated: true,
      unaided: true,
    });
  });

  it('are shown to whoever asks for help', () => {
    expect(() => parseOptions(['--help'])).toThrow(HelpWanted);
    expect(() => parseOptions(['--help'])).toThrow(
      '[--scenario freeze|crash|link|secondary|planned|reversed]',
    );
  });

  it.each([
    ['--scenario', 'Default: freeze.'],
    ['--simulated', 'Default: off'],
    ['--unaided', 'Default: off'],
    ['--caches', 'Default: keycloak-26.'],
  ])('are explained with their defaults: %s', (option, standard) => {
    const explained = helpText()
      .split(/^ {2}(?=--)/m)
      .find((part) => part.startsWith(`${option} `));
    expect(explained).toContain(standard);
  });

  it('name every scenario with what happens in it', () => {
    for (const { name, title } of Object.values(SCENARIOS)) {
      expect(helpText()).toMatch(new RegExp(`^ +${name} +${title}$`, 'm'));
    }
  });

  it.each([
    [['--simulatd'], "Unknown option '--simulatd'. Usage: npm run drill"],
    [['--scenario', 'fire'], '--scenario fire: it is one of freeze, crash, link'],
    [['--caches', 'rhbk-25'], '--caches rhbk-25: it is one of keycloak-26, rhbk-24.'],
    [['freeze'], "Unexpected argument 'freeze'"],
    [['--unaided', '--scenario', 'planned'], '--unaided is not for --scenario planned'],
  ])('%j is refused with one clear message', (words, message) => {
    expect(() => parseOptions(words)).toThrow(UsageError);
    expect(() => parseOptions(words)).toThrow(message);
  });
});
