import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { forget, watch } from '../data-grid/watchdog.ts';

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

class CommandError extends Error {
  constructor(command: string, how: string, output: string) {
    super(`${command} ${how}:\n${output}`);
    this.name = 'CommandError';
  }
}

/**
 * Runs a command in a process group of its own, which ends with this process however that ends.
 * @returns what it printed, on either stream
 * @throws CommandError with all that it printed, when it fails or is stopped by the signal
 */
export function run(
  command: string,
  args: readonly string[],
  { env, signal }: CommandOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const words = `${command} ${args.join(' ')}`;
    if (signal.aborted) return reject(new CommandError(words, 'was not begun', ''));
    const child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const { pid } = child;
    if (pid !== undefined) watch(pid);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    const stop = () => {
      if (pid !== undefined) killGroup(pid, 'SIGKILL');
    };
    signal.addEventListener('abort', stop, { once: true });
    child.once('error', (error) => reject(new CommandError(words, `can't be run (${error.message})`, '')));
    child.once('close', (code, killed) => {
      signal.removeEventListener('abort', stop);
      if (pid !== undefined) forget(pid);
      if (code === 0) resolve(output);
      else reject(new CommandError(words, `ended with ${code ?? killed}`, output));
    });
  });
}

export function killGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether any process of the group still runs. One that ended counts no more, whether its parent has noticed or not. */
export function groupRuns(leader: number): boolean {
  try {
    process.kill(-leader, 0);
  } catch {
    return false;
  }
  if (!existsSync('/proc/self/stat')) return true;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      // "pid (command) state parent group …", and the command may hold spaces and parentheses.
      const [state, , group] = statOf(pid)
        .replace(/^.*\) /, '')
        .split(' ');
      return group === String(leader) && state !== 'Z';
    });
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It ended while we were looking.
    return '';
  }
}
