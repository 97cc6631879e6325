import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './commands.ts';

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.lab-cache/', import.meta.url));
/** What the emulator's own package asks for. */
const OLDEST_MINOR = 10;

/** What the emulator needs and this machine lacks, one line each with how to get it; empty when nothing is missing. */
export function checkPython(): readonly string[] {
  const version = python('import sys; print(sys.version_info.major, sys.version_info.minor)');
  if (version === null) {
    return [
      `Python 3.${OLDEST_MINOR} or newer is missing ("python3" is not on the PATH). On Debian: apt-get install python3 python3-venv.`,
    ];
  }
  const [major = 0, minor = 0] = version.split(' ').map(Number);
  if (major !== 3 || minor < OLDEST_MINOR) {
    return [
      `Python 3.${OLDEST_MINOR} or newer is needed, and "python3" on the PATH is ${major}.${minor}. Put a newer one first on the PATH.`,
    ];
  }
  if (python('import venv, ensurepip') === null) {
    return ["Python's venv module is missing. On Debian: apt-get install python3-venv."];
  }
  return [];
}

function python(program: string): string | null {
  const { error, status, stdout } = spawnSync('python3', ['-c', program], { encoding: 'utf8' });
  return error === undefined && status === 0 ? stdout.trim() : null;
}

/**
 * The emulator in a virtual environment of its own, installed from PyPI unless it is there. Only a complete one
 * counts: the mark is made last. Changed requirements are installed anew.
 * @returns the folder of its commands
 */
export async function installEmulator(say: (line: string) => void, signal: AbortSignal): Promise<string> {
  const fingerprint = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 8);
  const home = join(CACHE, `ministack-${fingerprint}`);
  const bin = join(home, 'bin');
  const mark = join(home, 'complete');
  if (existsSync(mark)) return bin;
  say('Installing the emulator into a virtual environment of its own, once (17 packages, 90 MB).');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  await run('python3', ['-m', 'venv', home], { signal });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS];
  await run(join(bin, 'python'), pip, { signal });
  writeFileSync(mark, '');
  return bin;
}
