import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandsOf, type Step, scriptOf } from '../../functions/data-grid/commands.ts';
import type { CacheName } from '../../functions/shared/names.ts';
import { CACHE_NAMES } from './caches.ts';
import { type CliResult, makeCliArchive, runCli } from './cli.ts';
import { fetchJars } from './jars.ts';
import { DataGridPair, SITES } from './pair.ts';
import { checkTools } from './tools.ts';

/**
 * Records what the real CLI writes, for the tests of the log's parser: `node lab/data-grid/record.ts`. Needs Java and
 * Maven, takes about three minutes, and writes `test/data-grid/recorded/`.
 */
const TARGET = fileURLToPath(new URL('../../test/data-grid/recorded', import.meta.url));
const [A, B] = SITES;
const CACHES = CACHE_NAMES['keycloak-26'];
const MANY = 30_000;

const missing = checkTools();
if (missing.length > 0) {
  for (const line of missing) console.error(line);
  process.exit(1);
}

const jars = await fetchJars(console.log);
const folder = mkdtempSync(join(tmpdir(), 'record-'));
const pair = await DataGridPair.prepare({ jars, caches: 'keycloak-26', folder });
const recorded: Record<string, { at: string; what: string; exitCode: number; script: string }> = {};
mkdirSync(TARGET, { recursive: true });

async function end(exitCode: number): Promise<never> {
  await pair.stop();
  rmSync(folder, { recursive: true, force: true });
  process.exit(exitCode);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(130));

interface At {
  readonly site?: typeof A;
  readonly killAfterMilliseconds?: number;
}

async function record(name: string, what: string, script: string, at: At = {}): Promise<CliResult> {
  const site = at.site ?? A;
  const { killAfterMilliseconds } = at;
  const signal =
    killAfterMilliseconds === undefined ? {} : { signal: AbortSignal.timeout(killAfterMilliseconds) };
  const result = await runCli({ home: jars.home, port: pair.restPort(site), script, ...signal });
  // Where the operator mounts the script, instead of a name that is another one at each run.
  const log = result.log.replaceAll(/\S+\/batch-\w+\/batch\b/g, '/etc/batch/batch');
  writeFileSync(join(TARGET, `${name}.log`), log);
  recorded[name] = { at: site, what, exitCode: result.exitCode, script };
  console.log(`${name}: exit code ${result.exitCode}, ${result.log.length} characters`);
  return result;
}

/** What the product itself sends for that step. */
const step = (name: string, which: Step, what: string, at: At = {}, caches: readonly CacheName[] = CACHES) =>
  record(name, what, scriptOf(commandsOf(which, { against: at.site === B ? A : B, caches })), at);

/** Single lines, framed as the product frames its own. */
const lines = (name: string, what: string, ...commands: string[]) =>
  record(
    name,
    what,
    commands.map((line, index) => `echo BEGIN-${index + 1}\n${line}\necho END-${index + 1}\n`).join(''),
  );

const work = CACHES.at(-1) as CacheName;

async function healthy(): Promise<void> {
  await step('view', 'view', 'both sites see each other');
  await step('status-online', 'status', 'every cache online');
  await step('push-status-idle', 'push-status', 'nothing was ever pushed');
  await step('prepare-push', 'prepare-push', 'nothing to cancel, nothing to forget');
  await step('count', 'count', 'empty caches');
  await step('describe-caches', 'describe-caches', 'caches as Keycloak 26 has them');
  await step('describe-caches-back', 'describe-caches', 'the same at the other site', { site: B });
  await lines(
    'status-all-online',
    'all caches, with and without a site',
    `site status --all-caches --site=${B}`,
    'site status --all-caches',
  );
  await lines(
    'site-name-and-relays',
    'about the site itself',
    'site name',
    'site is-relay-node',
    'site relay-nodes',
  );
}

/** Caches that other people might have, with what is left out of a configuration and how a time is written. */
const OTHER_CACHES = {
  'rhbk-24': {
    'distributed-cache': {
      mode: 'SYNC',
      statistics: true,
      backups: { 'merge-policy': 'ALWAYS_REMOVE', [B]: { backup: { strategy: 'SYNC', timeout: '13s' } } },
    },
  },
  bare: { 'replicated-cache': { backups: { [B]: { backup: {} } } } },
  asynchronous: { 'distributed-cache': { mode: 'ASYNC', 'remote-timeout': '1m' } },
  ignoring: {
    'distributed-cache': {
      mode: 'SYNC',
      transaction: { mode: 'NON_XA' },
      backups: { [B]: { backup: { 'failure-policy': 'IGNORE' } } },
    },
  },
  local1: { 'local-cache': { statistics: false } },
};

async function otherCaches(): Promise<void> {
  for (const [cache, configuration] of Object.entries(OTHER_CACHES)) {
    const text = JSON.stringify(configuration);
    const answer = await pair.rest(A).call('POST', `/caches/${cache}`, { type: 'application/json', text });
    if (answer.status !== 200) throw new Error(`${cache}: ${answer.status} ${answer.body}`);
  }
  await step('describe-caches-missing', 'describe-caches', 'the second one does not exist', {}, [
    work,
    'nosuch' as CacheName,
  ]);
  await lines(
    'describe-other-caches',
    'caches that say less, or something else',
    ...Object.keys(OTHER_CACHES).map((cache) => `describe /containers/default/caches/${cache}`),
    'stats /containers/default/caches/bare',
    'describe /containers/nosuch/caches/bare',
  );
  for (const cache of Object.keys(OTHER_CACHES)) await pair.rest(A).call('DELETE', `/caches/${cache}`);
}

async function mistakes(): Promise<void> {
  await pair.rest(A).call('POST', '/caches/local1', {
    type: 'application/json',
    text: JSON.stringify({ 'local-cache': { statistics: false } }),
  });
  await lines(
    'wrong-cache',
    'a cache that does not exist; the next lines run all the same',
    `site status --cache=nosuch --site=${B}`,
    `site push-site-state --cache=nosuch --site=${B}`,
    `site push-site-status --cache=nosuch`,
    `site clear-push-site-status --cache=nosuch`,
    `site cancel-push-state --cache=nosuch --site=${B}`,
    'stats /containers/default/caches/nosuch',
    'clearcache nosuch',
    'site name',
  );
  await lines(
    'wrong-site',
    'a site that does not exist',
    'site take-offline --all-caches --site=site-zz',
    'site status --all-caches --site=site-zz',
    `site status --cache=${work} --site=site-zz`,
    `site push-site-state --cache=${work} --site=site-zz`,
    `site cancel-push-state --cache=${work} --site=site-zz`,
    `site bring-online --all-caches --site=site-zz`,
  );
  await lines(
    'cache-without-backups',
    'a cache that has no backup, and no statistics',
    `site status --cache=local1 --site=${B}`,
    `site push-site-status --cache=local1`,
    'stats /containers/default/caches/local1',
  );
  await pair.rest(A).call('DELETE', '/caches/local1');
  await lines('unknown-command', 'stops the batch', 'site name', 'nosuchcommand', 'site view');
  await lines(
    'unknown-subcommand',
    'a subcommand that only the help knows',
    'site clear-push-state-status',
    'site view',
  );
  await lines('unknown-option', 'an option that does not exist', `site status --caches=${work}`, 'site view');
  await lines(
    'missing-option',
    'push-site-status knows no --all-caches',
    'site push-site-status --all-caches',
    'site view',
  );
  await record(
    'unframed',
    'no line between the outputs',
    `site take-offline --cache=${work} --site=${B}\nsite status --all-caches --site=${B}\nsite bring-online --cache=${work} --site=${B}\n`,
  );
}

async function offlineAndPush(): Promise<void> {
  await lines(
    'status-mixed',
    'one cache offline, the others online',
    `site take-offline --cache=${work} --site=${B}`,
    `site status --all-caches --site=${B}`,
    'site status --all-caches',
    `site bring-online --cache=${work} --site=${B}`,
  );
  await step('take-offline', 'take-offline', 'the other site is up, and is taken offline');
  await step('take-offline-again', 'take-offline', 'it is offline already');
  await step('status-offline', 'status', 'every cache offline');
  console.log(`writing ${MANY} entries`);
  await Promise.all(
    Array.from({ length: 40 }, async (_, client) => {
      for (let index = client; index < MANY; index += 40)
        await pair.rest(A).put(work, `key-${index}`, 'value');
    }),
  );
  await step('clear', 'clear', 'the stale site is emptied, and reaches nobody', { site: B });
  await step('bring-online-back', 'bring-online', 'the stale site brings the source online', { site: B });
  await step('push-sending', 'push', `${MANY} entries are on their way when the status is asked for`);
  const deadline = Date.now() + 60_000;
  while ((await step('push-status-ok', 'push-status', 'all pushed')).log.includes('SENDING')) {
    if (Date.now() > deadline) throw new Error('The push does not end.');
  }
  await step('count-source', 'count', 'after the push, at the source');
  await step('count-target', 'count', 'after the push, at the target', { site: B });
  await step('push-status-some', 'push-status', 'asked for some caches alone', {}, CACHES.slice(0, 2));
  await step('end-push', 'end-push', 'the statuses are forgotten');
  await step('bring-online', 'bring-online', 'online already');
  await lines(
    'push-canceled',
    'a push that is canceled while it runs',
    `site push-site-state --cache=${work} --site=${B}`,
    `site cancel-push-state --cache=${work} --site=${B}`,
    `site push-site-status --cache=${work}`,
    `site push-site-state --cache=${work} --site=${B}`,
    `site push-site-state --cache=${work} --site=${B}`,
    `site push-site-status --cache=${work}`,
  );
}

async function broken(): Promise<void> {
  pair.server(A).freeze();
  await step('frozen-server', 'take-offline', 'the server is frozen; killed after 8 s', {
    killAfterMilliseconds: 8_000,
  });
  pair.server(A).thaw();
  await pair.server(B).kill();
  await step('server-down', 'take-offline', 'no server answers', { site: B });
  while ((await pair.rest(A).view()).includes(B)) await new Promise((resolve) => setTimeout(resolve, 500));
  await step('view-alone', 'view', 'the other site is gone');
  await step('status-online-while-gone', 'status', 'the other site is gone, and its status does not say so');
  await step('prepare-push-while-gone', 'prepare-push', 'before a push to a site that is gone');
  await step('push-while-gone', 'push', 'a push to a site that is gone');
  await step('push-status-while-gone', 'push-status', 'after a push to a site that is gone');
  await step('take-offline-while-gone', 'take-offline', 'as failover does it');
}

try {
  await pair.start();
  await makeCliArchive(jars.home, pair.restPort(A));
  await healthy();
  await otherCaches();
  await mistakes();
  await offlineAndPush();
  await broken();
  writeFileSync(
    join(TARGET, 'index.json'),
    `${JSON.stringify({ version: jars.version, caches: CACHES, recorded }, null, 2)}\n`,
  );
} catch (error) {
  console.error(error);
  await end(1);
}
await end(0);
