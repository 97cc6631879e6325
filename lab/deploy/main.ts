import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteName } from '../../functions/shared/names.ts';
import { Account } from './account.ts';
import { Checks } from './checks.ts';
import { deploy, example, withClusters } from './deployment.ts';
import { Emulator } from './emulator.ts';
import { OnCall } from './on-call.ts';
import { checkPython, installEmulator } from './python.ts';
import { LabSites } from './sites.ts';
import { play, StoryEndsError } from './story.ts';

/** Outside the repository: the emulator's scripts for Node count as ECMAScript modules below its package.json, and are none. */
const DIRECTORY = mkdtempSync(join(tmpdir(), 'keycloak-deploy-'));

const print = (line: string) => process.stdout.write(`${line}\n`);
const say = (line: string) => print(`\n${line}`);
const checks = new Checks(print);
const stopping = new AbortController();
/** What was started, to be stopped in the opposite order. */
const started: (() => Promise<void>)[] = [];

async function stopAll(): Promise<void> {
  stopping.abort();
  for (const stop of started.splice(0).reverse())
    await stop().catch((error) => print(`Not stopped: ${error}`));
}

let interrupted = false;
async function interrupt(): Promise<void> {
  if (interrupted) process.exit(130);
  interrupted = true;
  print('\nStopping the sites and the emulator …');
  await stopAll();
  rmSync(DIRECTORY, { recursive: true, force: true });
  process.exit(130);
}
process.on('SIGINT', () => void interrupt());
process.on('SIGTERM', () => void interrupt());

async function main(): Promise<void> {
  const { signal } = stopping;
  const bin = await installEmulator(say, signal);

  let account: Account | null = null;
  const sites = new LabSites(example(), (event) => {
    account
      ?.alarmChanged(event)
      .catch((error: Error) => print(`        An alarm was not set: ${error.message}`));
  });
  started.push(() => sites.stop());
  await sites.start();
  const deployment = withClusters(example(), (site) => sites.access(site));

  const emulator = await Emulator.start({
    bin,
    directory: DIRECTORY,
    accountId: deployment.accountId,
    region: deployment.region,
    functionEnvironment: sites.endpoints,
  });
  started.push(async () => {
    const holds = await emulator.stop();
    checks.that('nothing of the emulator is left', {
      holds,
      seen: 'its processes and those of its functions',
    });
  });
  say(`The emulator answers at ${emulator.url}`);
  const auth = await emulator.auth();
  checks.that('it enforces permissions', { holds: auth === 'enabled', seen: `auth ${auth}` });
  account = new Account(deployment, emulator);
  for (const { name, cluster } of deployment.sites)
    if ('secretId' in cluster.token)
      await account.createSecret(cluster.token.secretId, sites.access(name as SiteName).token);
  await deploy({ deployment, emulator, directory: DIRECTORY, signal, say, print });
  checks.that('the stacks are deployed', { holds: true, seen: 'cdk deploy ended with 0' });

  const onCall = await OnCall.listen();
  started.push(() => onCall.close());
  await account.subscribeOnCall(onCall.url);
  sites.cloudwatch.start();
  const { caches } = deployment;
  const { keycloakInstances } = deployment.sites[0]!;
  await play({ account, sites, onCall, checks, caches, keycloakInstances, say });
}

const missing = checkPython();
if (missing.length > 0) {
  for (const line of missing) print(line);
  process.exit(2);
}
try {
  await main();
} catch (error) {
  if (interrupted) await new Promise(() => {});
  checks.that('the story came to its end', {
    holds: false,
    seen: error instanceof StoryEndsError ? error.message : String((error as Error).stack ?? error),
  });
}
await stopAll();
if (checks.failed === 0) rmSync(DIRECTORY, { recursive: true, force: true });
else print(`\nThe emulator's log is kept in ${DIRECTORY}.`);
print(`\n${checks.passed} passed, ${checks.failed} failed`);
process.exit(checks.failed === 0 ? 0 : 1);
