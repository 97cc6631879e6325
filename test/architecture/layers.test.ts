import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What every capability may use besides itself. Two use traffic as well: reconcile, which moves it, and readiness, which
 * looks whether it stands where the same table wants it.
 */
const COMMON = ['ledger', 'kubernetes', 'shared'];
const MORE: Readonly<Record<string, readonly string[]>> = {
  reconcile: ['traffic'],
  readiness: ['traffic'],
};
/** The ground: what stands under the capabilities knows none of them. */
const GROUND: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  ledger: ['shared'],
  kubernetes: ['shared'],
};
/** Decides, proves, parses or derives: neither clock, environment nor network. */
const PURE = [
  'functions/ledger/transition.ts',
  'functions/ledger/evidence.ts',
  'functions/ledger/holding.ts',
  'functions/ledger/adoption.ts',
  'functions/reconcile/decision.ts',
  'functions/reconcile/alarm-events.ts',
  'functions/traffic/positions.ts',
  'functions/traffic/write-plan.ts',
  'functions/data-grid/commands.ts',
  'functions/data-grid/cli-output.ts',
  'functions/data-grid/proofs.ts',
  'functions/data-grid/counts.ts',
  'functions/data-grid/bridge.ts',
  'functions/notification/messages.ts',
  'functions/readiness/recovery.ts',
  'functions/readiness/assemble.ts',
  'functions/readiness/next-step.ts',
  'functions/readiness/restarts.ts',
  'functions/readiness/settling.ts',
  'environment/configuration/addresses.ts',
  'environment/configuration/checks.ts',
  'environment/configuration/environment.ts',
  'environment/configuration/cluster-checks.ts',
  'environment/manifests/cache-template.ts',
  'environment/manifests/keycloak-options.ts',
  'environment/manifests/order.ts',
  'environment/manifests/procedures.ts',
  'environment/manifests/readme.ts',
  'environment/manifests/secrets.ts',
];

const files = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'));

const importsOf = (file: string): readonly string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?:from|import) ?\(?'(\.[^']+)'/g)].map(([, path]) =>
    relative(ROOT, join(ROOT, dirname(file), path!))
      .split(sep)
      .join('/'),
  );

const capabilityOf = (file: string): string => file.split('/')[1]!;

describe('what a newcomer may rely on', () => {
  it.each(['ctl', 'functions', 'statemachines', 'infra'].flatMap(files))(
    '%s, of the core, does not know that there is an environment',
    (file) => {
      expect(importsOf(file).filter((path) => path.startsWith('environment/'))).toEqual([]);
    },
  );

  it.each(files('environment'))(
    "%s, of the environment, uses of the core only what reads the configuration, and the functions' names and rules",
    (file) => {
      const used = importsOf(file).filter(
        (path) => !/^(environment|functions|infra\/configuration)\//.test(path),
      );
      expect(used).toEqual([]);
    },
  );

  it.each(files('ctl'))(
    '%s, of the command line, uses only the functions and what reads the configuration',
    (file) => {
      const used = importsOf(file).filter((path) => !/^(ctl|functions|infra\/configuration)\//.test(path));
      expect(used).toEqual([]);
    },
  );

  it.each(files('functions').filter((file) => file.split('/').length > 2))(
    '%s uses only its own capability and the ground',
    (file) => {
      const own = capabilityOf(file);
      const allowed = GROUND[own] ?? [...COMMON, ...(MORE[own] ?? [])];
      const used = importsOf(file);
      expect(used.filter((path) => !path.startsWith('functions/'))).toEqual([]);
      expect(used.map(capabilityOf).filter((name) => name !== own && !allowed.includes(name))).toEqual([]);
    },
  );

  it.each(PURE)('%s reads neither clock, environment nor network', (file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    expect(text).not.toMatch(
      /Date\.now|new Date\(\)|process\.|Math\.random|fetch\(|\.send\(|node:(fs|http|https|dns)/,
    );
  });

  it('no function sleeps; the timers are time limits, of a call to a cluster and of what Route 53 is asked', () => {
    const asleep = files('functions').filter((file) =>
      /setTimeout|setInterval/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(asleep).toEqual(['functions/kubernetes/calls.ts', 'functions/shared/within.ts']);
  });
});
