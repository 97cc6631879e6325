import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { listenOnLoopback } from '../aws/http/loopback.ts';
import { forget, watch } from '../data-grid/watchdog.ts';
import { groupRuns, killGroup } from './commands.ts';

const START_LIMIT_MILLISECONDS = 60_000;
const END_LIMIT_MILLISECONDS = 10_000;

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

export interface EmulatorOptions {
  /** Where its command is. */
  readonly bin: string;
  /** For its log and all that it and its functions write; not removed here. */
  readonly directory: string;
  readonly accountId: string;
  readonly region: string;
  /** What the functions that it runs find in their environment besides what a deployment gives them. */
  readonly functionEnvironment: Readonly<Record<string, string>>;
}

/**
 * The emulator of AWS on a free port of loopback. Functions that it runs are processes of its group, and end with it.
 */
export class Emulator {
  /** For a process whose SDK or command line is to find it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #log: string;

  private constructor(url: string, environment: Record<string, string>, child: ChildProcess, log: string) {
    this.url = url;
    this.environment = environment;
    this.#child = child;
    this.#log = log;
  }

  /** @throws Error with the end of its log when it does not answer in time */
  static async start(options: EmulatorOptions): Promise<Emulator> {
    const { bin, directory, accountId, region, functionEnvironment } = options;
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    // An access key of twelve digits is the account that the emulator acts for.
    const environment = {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: accountId,
      AWS_SECRET_ACCESS_KEY: 'lab',
      AWS_REGION: region,
    };
    const files = join(directory, 'tmp');
    mkdirSync(files, { recursive: true });
    const log = join(directory, 'emulator.log');
    const output = openSync(log, 'a');
    const child = spawn(join(bin, 'ministack'), [], {
      cwd: directory,
      detached: true,
      stdio: ['ignore', output, output],
      env: {
        // Its functions run on the first "node" of the PATH, which in an npm script is the repository's own.
        PATH: process.env['PATH'],
        HOME: files,
        TMPDIR: files,
        // Whoever calls may do what policies allow, the functions what those of their own roles do.
        AUTH: 'true',
        BIND_HOST: '127.0.0.1',
        MINISTACK_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        MINISTACK_REGION: region,
        ...environment,
        ...functionEnvironment,
      },
    });
    closeSync(output);
    if (child.pid !== undefined) watch(child.pid);
    child.once('error', () => {});
    const emulator = new Emulator(url, environment, child, log);
    await emulator.#ready();
    return emulator;
  }

  /** Whether permissions are `enabled`: without them every test of a policy passes. */
  async auth(): Promise<string> {
    const health = (await (await fetch(`${this.url}/_ministack/health`)).json()) as {
      readonly auth?: string;
    };
    return health.auth ?? 'not told';
  }

  /** The end of what it logged, for whoever has to find out why something did not happen. */
  lastWords(lines = 30): string {
    return readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  /**
   * Ends it and every function that it runs.
   * @returns whether nothing of it is left
   */
  async stop(): Promise<boolean> {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined) return true;
    const gone = exitCode === null && signalCode === null ? once(this.#child, 'exit') : Promise.resolve();
    killGroup(pid, 'SIGTERM');
    await Promise.race([gone, sleep(END_LIMIT_MILLISECONDS)]);
    killGroup(pid, 'SIGKILL');
    await gone;
    const deadline = Date.now() + END_LIMIT_MILLISECONDS;
    while (groupRuns(pid) && Date.now() < deadline) await sleep(100);
    forget(pid);
    return !groupRuns(pid);
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MILLISECONDS;
    while (Date.now() < deadline && this.#child.exitCode === null && this.#child.pid !== undefined) {
      const answer = await fetch(`${this.url}/_ministack/health`).catch(() => null);
      if (answer?.ok) return;
      await sleep(200);
    }
    const words = this.lastWords();
    await this.stop();
    throw new Error(`The emulator does not answer at ${this.url}. The end of its log:\n${words}`);
  }
}

async function freePort(): Promise<number> {
  const { url, close } = await listenOnLoopback(createServer());
  await close();
  return Number(new URL(url).port);
}
