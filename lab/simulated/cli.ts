import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import type { BackupPolicy, DataGridPair } from './data-grid.ts';

/**
 * The Infinispan CLI as a Batch runs it, over the model: the lines of a script in, what it prints out. Like the
 * real one it goes on after a line that failed, and says so in words only. Compared by a test with what the real
 * one printed.
 *
 * Not modelled: lines that no step of the product writes, options that do not exist, caches without backups,
 * authentication.
 */
export interface CliResult {
  readonly exitCode: number;
  readonly log: string;
}

/** How long each line takes. */
const LINE_MILLISECONDS = 15;

/** What the server refused, and what the CLI itself did not take, each in its own red. */
const refused = (text: string): string => `\u001b[;91;109m${text}\u001b[0m`;
const broken = (text: string): string => `\u001b[0;31m${text}\u001b[0;39m`;

const json = (value: unknown): string => JSON.stringify(value, null, 2).replace(/^(\s*"[^"]*"): /gm, '$1 : ');

/** A line that stops the whole script, as an unknown command does. */
class ScriptStopped extends Error {}

/** @param signal the Batch's pod is deleted, and the CLI with it */
export async function runCli(
  grid: DataGridPair,
  site: SiteName,
  script: string,
  sleep: (milliseconds: number) => Promise<void>,
  signal: AbortSignal,
): Promise<CliResult> {
  const printed: string[] = [];
  const ended = (exitCode: number, ...more: readonly string[]): CliResult => ({
    exitCode,
    log: [...printed, ...more].map((line) => `${line}\n`).join(''),
  });
  await sleep(grid.timings.cliStartMilliseconds);
  for (const [index, line] of script.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    await sleep(LINE_MILLISECONDS);
    // Against a frozen server the CLI hangs, and goes on when it thaws.
    const alive = await grid.alive(site);
    if (signal.aborted) return { exitCode: 137, log: '' };
    if (!alive) return ended(1, broken('ClosedChannelException: null'));
    try {
      const text = await answerTo(grid, site, line.trim());
      if (text !== null) printed.push(text);
    } catch (error) {
      if (!(error instanceof ScriptStopped)) throw error;
      const where = `Error executing file: /etc/batch/batch, line ${index + 1}: '${line}'`;
      return ended(1, broken(where), broken(error.message));
    }
  }
  return ended(0);
}

/** Null: the command prints nothing. */
async function answerTo(grid: DataGridPair, site: SiteName, line: string): Promise<string | null> {
  const [command, ...words] = line.split(/\s+/);
  switch (command) {
    case 'echo': {
      const option = words.find((word) => word.startsWith('--'));
      if (option !== undefined) throw unknownOption(option);
      return words.join(' ');
    }
    case 'clearcache':
      return onCache(grid, words[0], async (cache) => {
        const answer = await grid.clear(site, cache);
        return answer === 'done' ? null : refused('Error: org.infinispan.xsite.BackupFailureException');
      });
    case 'stats': {
      const name = /^\/containers\/default\/caches\/(.+)$/.exec(words[0] ?? '')?.[1];
      const cache = grid.cacheNames().find((each) => each === name);
      return cache === undefined
        ? refused(`No such resource '${name}'`)
        : statistics(grid.entries(site, cache).size);
    }
    case 'describe': {
      const name = /^\/containers\/default\/caches\/(.+)$/.exec(words[0] ?? '')?.[1];
      const cache = grid.cacheNames().find((each) => each === name);
      const other = grid.siteNames.find((each) => each !== site)!;
      return cache === undefined
        ? broken(`IllegalArgumentException: No such resource '${name}'`)
        : json({ [cache]: configuration(grid.policy, other) });
    }
    case 'site':
      return siteCommand(grid, site, words);
    default:
      throw new ScriptStopped(
        `CommandLineParserException: 'batch ${command}' is not part of the batch commands. See 'help batch'.`,
      );
  }
}

async function siteCommand(
  grid: DataGridPair,
  here: SiteName,
  [command, ...words]: readonly string[],
): Promise<string | null> {
  const option = (name: string) =>
    words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const all = words.includes('--all-caches');
  const other = grid.siteNames.find((name) => name !== here)!;
  const named = option('site');
  const one = (work: (cache: CacheName) => Promise<string | null>) => onCache(grid, option('cache'), work);
  /** Only with the right site. */
  const toOther = (work: (cache: CacheName) => Promise<string | null>) =>
    one(async (cache) =>
      named === other
        ? work(cache)
        : refused(`Not Found: Cache '${cache}' does not backup to site '${named}'`),
    );
  const failed = (why: string) => refused(`Error: ISPN012047: Site operation on '${other}' failed: '${why}'`);
  const statusOf = (cache: CacheName) => {
    if (grid.nodesDiffer(here, cache)) return 'mixed';
    return grid.isOnline(here, cache) ? 'online' : 'offline';
  };

  switch (command) {
    case 'name':
      return here;
    case 'view':
      return `[${(grid.seesOther(here) ? [...grid.siteNames] : [here]).sort().join(', ')}]`;
    case 'status': {
      if (!all) return toOther(async (cache) => json(nodesOf(here, statusOf(cache))));
      if (named !== undefined && named !== other) return refused('Not Found: ');
      const status = overall(grid.cacheNames(), statusOf);
      return json(named === undefined ? { [other]: status } : status);
    }
    case 'take-offline':
    case 'bring-online': {
      const change = (cache: CacheName) => {
        if (command === 'take-offline') grid.takeOffline(here, cache);
        else grid.bringOnline(here, cache);
        return 'ok';
      };
      if (!all) {
        return toOther(async (cache) => {
          change(cache);
          return null;
        });
      }
      const concerned = grid
        .cacheNames()
        .filter(
          (cache) =>
            command !== 'take-offline' || !grid.takeLie('the take-offline concerns no cache', here, cache),
        );
      const results = concerned.map((cache) => [
        cache,
        named === other ? change(cache) : `Incorrect site name: ${named}`,
      ]);
      return json(Object.fromEntries(results));
    }
    case 'push-site-state':
      return toOther(async (cache) =>
        (await grid.push(here, cache))
          ? null
          : failed(`Unable to pushState to '${other}'. ISPN000400: Node site:${other} was suspected`),
      );
    case 'cancel-push-state':
      return toOther(async (cache) =>
        grid.cancelPush(here, cache)
          ? null
          : failed(
              `Unable to perform operation. Error=org.infinispan.remoting.transport.jgroups.SuspectException: ISPN000400: Node site:${other} was suspected`,
            ),
      );
    case 'push-site-status':
    case 'clear-push-site-status':
      if (all) throw unknownOption('--all-caches');
      return one(async (cache) => {
        if (command === 'push-site-status') return json({ [other]: grid.pushStatus(here, cache) });
        grid.clearPushStatus(here, cache);
        return '"ok"';
      });
    default:
      throw new ScriptStopped('CommandLineParserException: Command and/or sub-command is not valid!');
  }
}

const unknownOption = (option: string) =>
  new ScriptStopped(`OptionParserException: The option ${option} is unknown.`);

/** The count is the cluster's; the other fields are of no use, and the product must not take them for it. */
const statistics = (entries: number): string =>
  json({
    approximate_entries: entries,
    approximate_entries_in_memory: entries,
    approximate_entries_unique: entries,
    current_number_of_entries: -1,
    current_number_of_entries_in_memory: -1,
  });

/** As each guide has it; only within a transaction does a cache refuse what its backup did not take. */
function configuration({ timeoutMilliseconds, onFailure }: BackupPolicy, other: SiteName) {
  const backup = {
    strategy: 'SYNC',
    timeout: String(timeoutMilliseconds),
    'state-transfer': { 'chunk-size': '16' },
  };
  const common = {
    owners: '2',
    mode: 'SYNC',
    statistics: true,
    encoding: { 'media-type': 'text/plain' },
    'state-transfer': { 'chunk-size': '16' },
  };
  const cache =
    onFailure === 'FAIL'
      ? {
          ...common,
          'remote-timeout': '5000',
          locking: { 'acquire-timeout': '4000' },
          transaction: { mode: 'NON_DURABLE_XA', locking: 'PESSIMISTIC' },
          backups: { [other]: { backup: { ...backup, 'failure-policy': 'FAIL' } } },
        }
      : { ...common, 'remote-timeout': '14000', backups: { [other]: { backup } } };
  return { 'distributed-cache': cache };
}

type Status = 'online' | 'offline' | 'mixed';

/** Each node's own; the model has one node, and a second one where they differ. */
const nodesOf = (site: SiteName, status: Status) =>
  status === 'mixed' ? { [`${site}-0`]: 'offline', [`${site}-1`]: 'online' } : { [`${site}-0`]: status };

function overall(caches: readonly CacheName[], statusOf: (cache: CacheName) => Status) {
  const [online = [], offline = [], mixed = []] = (['online', 'offline', 'mixed'] as const).map((status) =>
    caches.filter((cache) => statusOf(cache) === status),
  );
  if (online.length === caches.length) return { status: 'online' };
  if (offline.length === caches.length) return { status: 'offline' };
  return { status: 'mixed', online, offline, mixed };
}

async function onCache(
  grid: DataGridPair,
  name: string | undefined,
  work: (cache: CacheName) => Promise<string | null>,
): Promise<string | null> {
  if (name === undefined) throw new ScriptStopped('OptionParserException: Option: --cache is required.');
  const cache = grid.cacheNames().find((each) => each === name);
  if (cache === undefined) {
    return refused(
      `Not Found: ISPN012010: Cache with name '${name}' not found amongst the configured caches`,
    );
  }
  return work(cache);
}
