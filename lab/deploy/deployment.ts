import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SiteName } from '../../functions/shared/names.ts';
import { HEALTH_CHECK_REGION } from '../../infra/configuration/names.ts';
import { parseDeployment } from '../../infra/configuration/parse.ts';
import type { ExistingInstallation } from '../../infra/configuration/schema.ts';
import { run } from './commands.ts';
import type { Emulator } from './emulator.ts';
import type { LabAccess } from './sites.ts';
import { adaptAssembly } from './templates.ts';

const EXAMPLE = fileURLToPath(new URL('../../infra/examples/existing/failover.config.json', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The example, with checks and records that a rehearsal can wait for. */
export function example(): ExistingInstallation {
  const deployment = parseDeployment(JSON.parse(readFileSync(EXAMPLE, 'utf8'))) as ExistingInstallation;
  const traffic = { ...deployment.traffic, checkIntervalSeconds: 10 as const, recordTtlSeconds: 10 };
  return { ...deployment, traffic };
}

export const withClusters = (
  deployment: ExistingInstallation,
  accessOf: (site: SiteName) => LabAccess,
): ExistingInstallation => {
  const [one, other] = deployment.sites.map((site) => {
    const { apiServer, certificateAuthority } = accessOf(site.name as SiteName);
    return { ...site, cluster: { ...site.cluster, apiServer, certificateAuthority } };
  });
  return { ...deployment, sites: [one!, other!] };
};

export interface DeployOptions {
  readonly deployment: ExistingInstallation;
  readonly emulator: Emulator;
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly print: (line: string) => void;
}

/** What an AWS user types, in the same order. @throws CommandError with what the command printed */
export async function deploy({
  deployment,
  emulator,
  directory,
  signal,
  say,
  print,
}: DeployOptions): Promise<void> {
  const file = join(directory, 'failover.config.json');
  const assembly = join(directory, 'cdk.out');
  writeFileSync(file, JSON.stringify(deployment));
  const env = {
    ...withoutAccounts(process.env),
    ...emulator.environment,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    FORCE_COLOR: '0',
  };
  const cdk = (...args: string[]) =>
    run(process.execPath, [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), '--no-notices', ...args], {
      env,
      signal,
    });
  const account = deployment.accountId;
  say('npx cdk synth');
  await cdk('synth', '--quiet', '-c', `config=${file}`, '--output', assembly);
  for (const change of adaptAssembly(assembly)) print(`  for the emulator: ${change}`);
  say('npx cdk bootstrap');
  const environments = [deployment.region, HEALTH_CHECK_REGION].map((region) => `aws://${account}/${region}`);
  await cdk('bootstrap', '--app', assembly, ...environments);
  say('npx cdk deploy --all --require-approval never');
  await cdk('deploy', '--app', assembly, '--all', '--require-approval', 'never');
}

/** Whoever runs this may be signed in to an account of their own, or have endpoints of their own. */
const withoutAccounts = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(AWS|CDK)_/.test(name))),
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
});
