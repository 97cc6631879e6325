import type { GuideVersion } from '../configuration/guide.ts';
import { JGROUPS_THREADS } from '../configuration/guide.ts';
import { type Options, oddities, typed } from '../typed.ts';
import { type Load, TESTED } from './rules.ts';

export const USAGE = `Usage: npm run size -- --logins <n> --client-credentials <n> --refreshes <n> --sessions <n> --pods <n>
                        [--keycloak 24|26] [--json] [--into <file>]

  --logins              logins with a password, a second
  --client-credentials  client credential grants, a second
  --refreshes           refreshes of a token, a second
  --sessions            active user sessions
  --pods                Keycloak pods of each site
  --keycloak            whose guide counts; 24 without it, or what the file says that --into names
  --json                the answer as JSON
  --into                writes it into a configuration, as failover.config.json

The load is that of the whole service: either site serves it alone.`;

export type Wanted =
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly mistakes: readonly string[] }
  | {
      readonly kind: 'size';
      readonly load: Load;
      /** Null: what the configuration says, or 24. */
      readonly version: GuideVersion | null;
      readonly json: boolean;
      readonly into: string | null;
    };

interface NumberOption {
  readonly field: keyof Load;
  readonly whole: boolean;
  readonly least: number;
  readonly most: number;
  readonly example: string;
}

/** More than a hundred times what the guide has tested is a mistake in the unit. */
const ABSURD = 100;

const NUMBERS: Readonly<Record<string, NumberOption>> = {
  '--logins': rate('loginsPerSecond', '24'),
  '--client-credentials': rate('clientCredentialsPerSecond', '450'),
  '--refreshes': rate('refreshesPerSecond', '350'),
  '--sessions': {
    field: 'sessions',
    whole: true,
    least: 0,
    most: TESTED.sessions * ABSURD,
    example: '50000',
  },
  '--pods': { field: 'pods', whole: true, least: 1, most: JGROUPS_THREADS, example: '3' },
};

function rate(
  field: 'loginsPerSecond' | 'clientCredentialsPerSecond' | 'refreshesPerSecond',
  example: string,
) {
  return { field, whole: false, least: 0, most: TESTED[field] * ABSURD, example } satisfies NumberOption;
}

const OPTIONS: Options = {
  withValue: [...Object.keys(NUMBERS), '--keycloak', '--into'],
  alone: ['--json', '--help'],
};

/** Every mistake in what was typed, at once. */
export function wanted(words: readonly string[]): Wanted {
  const all = typed(words, OPTIONS);
  if (all.some(({ name }) => name === '--help')) return { kind: 'help' };
  const mistakes = [...oddities(all, OPTIONS)];
  const given = (name: string): string | null =>
    all.find((each) => each.name === name && each.value !== null)?.value ?? null;
  const load: Record<string, number> = {};
  for (const [name, option] of Object.entries(NUMBERS)) {
    if (!all.some((each) => each.name === name))
      mistakes.push(`${name} is missing; give a number, as ${name} ${option.example}.`);
    const text = given(name);
    if (text === null) continue;
    const refusal = refused(name, text, option);
    if (refusal === null) load[option.field] = Number(text);
    else mistakes.push(refusal);
  }
  const version = given('--keycloak');
  if (version !== null && version !== '24' && version !== '26')
    mistakes.push(`--keycloak ${version}: it is 24 (of 24 and 25) or 26 (of 26 and later).`);
  if (
    mistakes.length === 0 &&
    !load['loginsPerSecond'] &&
    !load['clientCredentialsPerSecond'] &&
    !load['refreshesPerSecond']
  )
    mistakes.push('--logins, --client-credentials and --refreshes are all 0: there is nothing to size.');
  if (mistakes.length > 0) return { kind: 'refused', mistakes };
  return {
    kind: 'size',
    load: load as unknown as Load,
    version: version as GuideVersion | null,
    json: all.some(({ name }) => name === '--json'),
    into: given('--into'),
  };
}

function refused(name: string, text: string, { whole, least, most, example }: NumberOption): string | null {
  if (text === '') return null;
  if (!/^-?\d+(\.\d+)?$/.test(text)) return `${name} ${text}: it is a number, as ${example}.`;
  const value = Number(text);
  if (value < least) return `${name} ${text}: it is ${least} or more.`;
  if (whole && !Number.isInteger(value)) return `${name} ${text}: it is a whole number, as ${example}.`;
  if (value <= most) return null;
  return name === '--pods'
    ? `${name} ${text}: it is at most ${most}, since the pods share the ${JGROUPS_THREADS} threads of JGroups.`
    : `${name} ${text}: it is at most ${most}, a hundred times what the guide has tested; is the unit right?`;
}
