import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const POM = fileURLToPath(new URL('./pom.xml', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.lab-cache', import.meta.url));
const PROGRESS_MILLISECONDS = 5_000;

/** The jars of one Infinispan server with its CLI. */
export interface DataGridJars {
  /** Holds `lib/`. */
  readonly home: string;
  readonly version: string;
  readonly serverJar: string;
}

/**
 * Fetches the server and the CLI by Maven, unless they are there. Only a complete fetch counts: it is made beside and
 * moved to its place at the end. A changed POM is fetched anew.
 * @param say progress, a line at a time
 * @param signal ends Maven, and leaves nothing half-fetched behind
 * @throws Error with what Maven said
 */
export async function fetchJars(say: (line: string) => void, signal?: AbortSignal): Promise<DataGridJars> {
  const pom = readFileSync(POM, 'utf8');
  const version = /<infinispan\.version>(.+?)</.exec(pom)?.[1] ?? '';
  const fingerprint = createHash('sha256').update(pom).digest('hex').slice(0, 8);
  const home = join(CACHE, `infinispan-${version}-${fingerprint}`);
  const jars = { home, version, serverJar: join(home, 'lib', `infinispan-server-runtime-${version}.jar`) };
  if (existsSync(home)) return jars;

  mkdirSync(CACHE, { recursive: true });
  const unfinished = mkdtempSync(join(CACHE, 'unfinished-'));
  try {
    say(`Fetching the Infinispan ${version} server and its CLI by Maven, once (about 200 jars, 65 MB).`);
    await maven(join(unfinished, 'lib'), say, signal);
    if (!existsSync(join(unfinished, 'lib', `infinispan-server-runtime-${version}.jar`))) {
      throw new Error(`Maven fetched no server. Run it by hand: mvn -f ${POM} dependency:copy-dependencies`);
    }
    try {
      renameSync(unfinished, home);
    } catch (error) {
      // Somebody else was quicker, with the same.
      if (!existsSync(home)) throw error;
    }
    say(`Fetched: ${readdirSync(join(home, 'lib')).length} jars.`);
    return jars;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function maven(
  outputDirectory: string,
  say: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      'mvn',
      [
        '--batch-mode',
        '--file',
        POM,
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${outputDirectory}`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'], ...(signal === undefined ? {} : { signal }) },
    );
    let downloaded = 0;
    const errors: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (/Downloaded from .*\.jar/.test(line)) downloaded++;
      if (line.includes('[ERROR]')) errors.push(line);
    });
    const progress = setInterval(
      () => say(downloaded === 0 ? 'Maven is looking …' : `${downloaded} jars downloaded …`),
      PROGRESS_MILLISECONDS,
    );
    const fail = (what: string) => {
      clearInterval(progress);
      reject(
        new Error(
          `Maven could not fetch the Infinispan server (${what}). ${errors.slice(0, 3).join(' ')} ` +
            'Mend that, or go on without real servers: npm run drill -- --simulated',
        ),
      );
    };
    child.once('error', (error) => {
      if (error.name !== 'AbortError') fail(error.message);
    });
    child.once('close', (code, killedBy) => {
      if (code !== 0) return fail(`${killedBy ?? `exit code ${code}`}`);
      clearInterval(progress);
      resolve();
    });
  });
}
