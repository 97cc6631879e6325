import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import type { DataGridPair } from './data-grid.ts';

/**
 * The Infinispan CLI as a Batch runs it, over the model: the lines of a script in, what it prints out. Like the
 * real one it goes on after a line that failed, and says so in words only.
 *
 * Not modelled: lines that no step of the product writes, and authentication.
 */
export interface CliResult {
  readonly exitCode: number;
  readonly log: string;
}

/** How long the JVM takes to start and connect, and then each line. */
export const CLI_START_MILLISECONDS = 2_200;
const LINE_MILLISECONDS = 15;

/** The CLI prints what went wrong in red. */
const red = (text: string): string => `\u001b[31m${text}\u001b[0m`;
const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** A line that stops the whole script, as an unknown command does. */
class ScriptStopped extends Error {}

export async function runCli(
  grid: DataGridPair,
  site: SiteName,
  script: string,
  sleep: (milliseconds: number) => Promise<void>,
  signal: AbortSignal,
): Promise<CliResult> {
  const printed: string[] = [''];
  await sleep(CLI_START_MILLISECONDS);
  for (const line of script.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    await sleep(LINE_MILLISECONDS);
    if (signal.aborted) return { exitCode: 137, log: '' };
    // Against a frozen server the CLI hangs, and goes on when it thaws.
    if (!(await grid.alive(site))) {
      return {
        exitCode: 1,
        log: `${printed.join('\n')}\n${red('Could not connect to server: Connection refused')}\n`,
      };
    }
    try {
      const text = await answerTo(grid, site, line);
      if (text !== null) printed.push(text);
    } catch (error) {
      if (!(error instanceof ScriptStopped)) throw error;
      return { exitCode: 1, log: `${printed.join('\n')}\n${red(error.message)}\n` };
    }
  }
  return { exitCode: 0, log: `${printed.join('\n')}\n` };
}

/** Null: the command prints nothing. */
async function answerTo(grid: DataGridPair, site: SiteName, line: string): Promise<string | null> {
  const [command, ...words] = line.split(/\s+/);
  switch (command) {
    case 'echo':
      if (words.some((word) => word.startsWith('--')))
        throw new ScriptStopped(`Option: ${words[0]} not found`);
      return words.join(' ');
    case 'clearcache':
      return onCache(grid, words[0], async (cache) => {
        const answer = await grid.clear(site, cache);
        return answer === 'done'
          ? null
          : red(`Error: org.infinispan.xsite.BackupFailureException: clear of ${cache}`);
      });
    case 'stats':
      return onCache(grid, /^\/containers\/default\/caches\/(.+)$/.exec(words[0] ?? '')?.[1], async (cache) =>
        json({
          current_number_of_entries: -1,
          approximate_entries: grid.entries(site, cache).size,
          approximate_entries_unique: grid.entries(site, cache).size,
        }),
      );
    case 'site':
      return siteCommand(grid, site, words);
    default:
      throw new ScriptStopped(`Command not found: ${line}`);
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
  const known = named === other;
  const node = `${here}-0`;
  const one = (work: (cache: CacheName) => Promise<string | null>) => onCache(grid, option('cache'), work);
  const eachCache = (work: (cache: CacheName) => string) =>
    json(Object.fromEntries(grid.cacheNames().map((cache) => [cache, work(cache)])));

  switch (command) {
    case 'name':
      return here;
    case 'view':
      return `[${(grid.seesOther(here) ? [...grid.siteNames] : [here]).sort().join(', ')}]`;
    case 'status': {
      if (named !== undefined && !known) return red('Not Found: ');
      const statusOf = (cache: CacheName) => (grid.isOnline(here, cache) ? 'online' : 'offline');
      if (!all) return one(async (cache) => json({ [node]: statusOf(cache) }));
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
      if (all) return eachCache((cache) => (known ? change(cache) : `Incorrect site name: ${named}`));
      return one(async (cache) => {
        if (!known) return red('Not Found: ');
        change(cache);
        return null;
      });
    }
    case 'push-site-state':
      return one(async (cache) => {
        if (!known) return red('Not Found: ');
        const asked = await grid.push(here, cache);
        return asked
          ? null
          : red(
              `Error: org.infinispan.commons.CacheException: Unable to start the state transfer of ${cache}`,
            );
      });
    case 'cancel-push-state':
      return one(async (cache) => {
        if (!known) return red('Not Found: ');
        grid.cancelPush(here, cache);
        return null;
      });
    case 'push-site-status':
      return one(async (cache) => json({ [other]: grid.pushStatus(here, cache) }));
    case 'clear-push-site-status':
      return one(async (cache) => {
        grid.clearPushStatus(here, cache);
        return '"ok"';
      });
    default:
      throw new ScriptStopped(`Command not found: site ${command ?? ''}`);
  }
}

function overall(caches: readonly CacheName[], statusOf: (cache: CacheName) => 'online' | 'offline') {
  const online = caches.filter((cache) => statusOf(cache) === 'online');
  const offline = caches.filter((cache) => statusOf(cache) === 'offline');
  if (offline.length === 0) return { status: 'online' };
  if (online.length === 0) return { status: 'offline' };
  return { status: 'mixed', online, offline, mixed: [] };
}

async function onCache(
  grid: DataGridPair,
  name: string | undefined,
  work: (cache: CacheName) => Promise<string | null>,
): Promise<string | null> {
  if (name === undefined) throw new ScriptStopped('Option: --cache is required for this command.');
  const cache = grid.cacheNames().find((each) => each === name);
  if (cache === undefined) {
    return red(`Not Found: ISPN012010: Cache with name '${name}' not found amongst the configured caches`);
  }
  return work(cache);
}
