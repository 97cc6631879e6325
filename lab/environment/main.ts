import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchJars } from '../data-grid/jars.ts';
import { DataGridPair, SITES } from '../data-grid/pair.ts';
import { checkTools } from '../data-grid/tools.ts';
import { Checks } from '../deploy/checks.ts';
import { exampleCaches } from './cache-manifests.ts';
import { prove } from './proof.ts';

/** Every Cache manifest of the environment's examples, on two real servers: see docs/environment.md. */
const EXAMPLES = ['kubernetes-24', 'openshift-26'];

const print = (line: string) => process.stdout.write(`${line}\n`);

const missing = checkTools();
if (missing.length > 0) {
  for (const line of missing) process.stderr.write(`${line}\n`);
  print('0 passed, 1 failed');
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'keycloak-environment-'));
const checks = new Checks(print);
const stopping = new AbortController();
let fetching: Promise<unknown> | null = null;
let pair: DataGridPair | null = null;

async function stop(): Promise<void> {
  stopping.abort();
  await Promise.allSettled([fetching]);
  await pair?.stop();
}

let interrupted = false;
async function interrupt(): Promise<void> {
  if (interrupted) process.exit(130);
  interrupted = true;
  print('\nStopping the servers …');
  await stop();
  rmSync(folder, { recursive: true, force: true });
  process.exit(130);
}
process.on('SIGINT', () => void interrupt());
process.on('SIGTERM', () => void interrupt());

async function main(): Promise<void> {
  const examples = EXAMPLES.map((name) => ({ name, caches: exampleCaches(name) }));
  for (const { name, caches } of examples) {
    const sites = [...caches.manifestsAt.keys()].sort().join(' and ');
    if (sites !== SITES.join(' and '))
      throw new Error(`The sites of ${name} are ${sites}; the lab's servers are ${SITES.join(' and ')}.`);
  }
  const fetched = fetchJars(print, stopping.signal);
  fetching = fetched;
  const jars = await fetched;
  const began = performance.now();
  pair = await DataGridPair.prepare({
    jars,
    caches: 'none',
    folder,
    onDeath: (_, message) => print(message),
  });
  await pair.start();
  const seconds = Math.round((performance.now() - began) / 1000);
  print(`Two Infinispan ${jars.version} servers see each other after ${seconds} s.`);
  for (const { name, caches } of examples) {
    print(`\n${name}, by the guide of ${caches.version}`);
    await prove(caches, { pair, checks, say: print });
  }
}

try {
  await main();
} catch (error) {
  if (interrupted) await new Promise(() => {});
  checks.that('the proof comes to its end', {
    holds: false,
    seen: String((error as Error).stack ?? error),
  });
}
await stop();
if (checks.failed === 0) rmSync(folder, { recursive: true, force: true });
else print(`\nThe servers' logs are kept in ${folder}.`);
print(`\n${checks.passed} passed, ${checks.failed} failed`);
process.exit(checks.failed === 0 ? 0 : 1);
