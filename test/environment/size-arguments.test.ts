import { describe, expect, it } from '@jest/globals';
import { wanted } from '../../environment/sizing/arguments.ts';

const EXAMPLE = '--logins 24 --client-credentials 450 --refreshes 350 --sessions 50000 --pods 3';

const refusals = (text: string): readonly string[] => {
  const what = wanted(text.split(' ').filter((word) => word !== ''));
  return what.kind === 'refused' ? what.mistakes : [];
};

describe('what is typed after npm run size', () => {
  it('is a load, whose guide counts, and what becomes of the answer', () => {
    const load = {
      loginsPerSecond: 24,
      clientCredentialsPerSecond: 450,
      refreshesPerSecond: 350,
      sessions: 50_000,
      pods: 3,
    };
    expect(wanted(EXAMPLE.split(' '))).toEqual({
      kind: 'size',
      load,
      version: null,
      json: false,
      into: null,
    });
    expect(wanted(`${EXAMPLE} --keycloak 26 --json --into a=b.json`.split(' '))).toEqual({
      kind: 'size',
      load,
      version: '26',
      json: true,
      into: 'a=b.json',
    });
    expect(wanted(`--json --into=a=b.json ${EXAMPLE}`.split(' '))).toMatchObject({ into: 'a=b.json' });
    expect(wanted(['--help'])).toEqual({ kind: 'help' });
    expect(wanted(['--pods', '--help', '-x'])).toEqual({ kind: 'help' });
  });

  it('every mistake is named at once', () => {
    expect(refusals('--logins -24 --sessions 1.5 --pods 201 --sesions 5 -x foo bar --keycloak 25')).toEqual([
      '--sesions: there is no such option; they are --logins, --client-credentials, --refreshes, --sessions, --pods, --keycloak, --into, --json, --help.',
      '-x: there is no such option; they are --logins, --client-credentials, --refreshes, --sessions, --pods, --keycloak, --into, --json, --help.',
      'bar: it belongs to no option.',
      '--logins -24: it is 0 or more.',
      '--client-credentials is missing; give a number, as --client-credentials 450.',
      '--refreshes is missing; give a number, as --refreshes 350.',
      '--sessions 1.5: it is a whole number, as 50000.',
      '--pods 201: it is at most 200, since the pods share the 200 threads of JGroups.',
      '--keycloak 25: it is 24 (of 24 and 25) or 26 (of 26 and later).',
    ]);
    expect(refusals('')).toHaveLength(5);
    expect(refusals('--pods')).toHaveLength(5);
  });

  it.each(['--logins', '--client-credentials', '--refreshes'])('%s alone is a load', (option) => {
    const rates = ['--logins', '--client-credentials', '--refreshes'].map(
      (each) => `${each} ${each === option ? 1.25 : 0}`,
    );
    expect(refusals(`${rates.join(' ')} --sessions 0 --pods 1`)).toEqual([]);
  });

  it('whose guide counts can be said', () => {
    for (const version of ['24', '26'])
      expect(wanted(`${EXAMPLE} --keycloak ${version}`.split(' '))).toMatchObject({ version });
  });

  it.each([
    ['nothing after an option', '--logins --json', '--logins needs a value.'],
    ['nothing after =', '--logins=', '--logins needs a value.'],
    ['a word', '--logins many', '--logins many: it is a number, as 24.'],
    ['no number of this world', '--logins 1e3', '--logins 1e3: it is a number, as 24.'],
    ['infinity', '--logins Infinity', '--logins Infinity: it is a number, as 24.'],
    [
      'logins an hour',
      '--logins 30001',
      '--logins 30001: it is at most 30000, a hundred times what the guide has tested; is the unit right?',
    ],
    [
      'grants an hour',
      '--client-credentials 200001',
      '--client-credentials 200001: it is at most 200000, a hundred times what the guide has tested; is the unit right?',
    ],
    [
      'refreshes an hour',
      '--refreshes 43501',
      '--refreshes 43501: it is at most 43500, a hundred times what the guide has tested; is the unit right?',
    ],
    [
      'all the sessions there ever were',
      '--sessions 20000001',
      '--sessions 20000001: it is at most 20000000, a hundred times what the guide has tested; is the unit right?',
    ],
    ['no pods', '--pods 0', '--pods 0: it is 1 or more.'],
    ['half a pod', '--pods 2.5', '--pods 2.5: it is a whole number, as 3.'],
    ['a negative', '--sessions -1', '--sessions -1: it is 0 or more.'],
  ])('refuses %s', (_, part, says) => {
    const option = part.split(/[ =]/)[0]!;
    const rest = EXAMPLE.replace(new RegExp(`${option} \\S+`), '');
    expect(refusals(`${part} ${rest}`)).toEqual([says]);
  });

  it.each([
    '--logins 30000',
    '--client-credentials 200000',
    '--refreshes 43500',
    '--sessions 20000000',
    '--sessions 0',
    '--pods 200',
    '--pods 1',
    '--logins 0.5',
  ])('takes %s', (part) => {
    expect(refusals(EXAMPLE.replace(new RegExp(`${part.split(' ')[0]} \\S+`), part))).toEqual([]);
  });

  it('refuses an option that is given twice, a value where none is taken, and a load of nothing', () => {
    expect(refusals(`${EXAMPLE} --pods 4`)).toEqual(['--pods is given more than once; once is right.']);
    expect(refusals(`${EXAMPLE} --json=yes`)).toEqual(['--json takes no value, and has yes.']);
    expect(refusals('--logins 0 --client-credentials 0 --refreshes 0 --sessions 50000 --pods 3')).toEqual([
      '--logins, --client-credentials and --refreshes are all 0: there is nothing to size.',
    ]);
  });
});
