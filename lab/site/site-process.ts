import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { forget, watch } from '../data-grid/watchdog.ts';
import type { SiteOrder, SiteReport, SiteSettings } from './messages.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const START_LIMIT_MILLISECONDS = 20_000;

type Ready = Extract<SiteReport, { type: 'ready' }>;

/**
 * The parent's hold on a site's process. What the site declared, its ports and its certificate stay the same
 * through `kill` and `restart`.
 */
export class SiteProcess {
  readonly #settings: SiteSettings;
  readonly #onReport: (report: Exclude<SiteReport, Ready>) => void;
  #child: ChildProcess | null = null;
  #ready: Ready | null = null;

  private constructor(settings: SiteSettings, onReport: (report: Exclude<SiteReport, Ready>) => void) {
    this.#settings = settings;
    this.#onReport = onReport;
  }

  /**
   * @param onReport called for what happens in the site's cluster, as it happens
   * @throws when it is not ready within twenty seconds; what it said is in `site.log` of its folder
   */
  static async start(
    settings: SiteSettings,
    onReport: (report: Exclude<SiteReport, Ready>) => void,
  ): Promise<SiteProcess> {
    const site = new SiteProcess(settings, onReport);
    await site.#spawn();
    return site;
  }

  get ports(): Ready['ports'] {
    return this.#ready!.ports;
  }

  get apiServer(): string {
    return `https://127.0.0.1:${this.ports.api}`;
  }

  get certificateAuthority(): string {
    return this.#ready!.certificateAuthority;
  }

  /** All of it stops where it is; connections stay open and new ones are still accepted by the kernel. */
  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  /** Its power goes. May be called at any time, more than once. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    kill(child, 'SIGKILL');
    await gone;
  }

  /** After `kill`: with what was declared before, every pod starting anew. */
  async restart(): Promise<void> {
    await this.#spawn();
  }

  order(order: SiteOrder): void {
    this.#child?.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#child !== null) kill(this.#child, signal);
  }

  async #spawn(): Promise<void> {
    const settings: SiteSettings =
      this.#ready === null ? this.#settings : { ...this.#settings, ports: this.#ready.ports };
    mkdirSync(settings.directory, { recursive: true });
    const log = openSync(join(settings.directory, 'site.log'), 'a');
    const child = spawn(process.execPath, ['--no-warnings', MAIN], {
      detached: true,
      stdio: ['pipe', 'pipe', log],
    });
    closeSync(log);
    this.#child = child;
    const { pid } = child;
    if (pid !== undefined) {
      // It ends by itself when our end of its input closes, but not while it is frozen.
      watch(pid);
      child.once('exit', () => forget(pid));
    }
    // A pipe to a process that was killed: its exit is what counts.
    child.stdin!.on('error', () => {});
    child.stdin!.write(`${JSON.stringify(settings)}\n`);
    this.#ready = await new Promise<Ready>((resolve, reject) => {
      const fail = (why: string) => {
        kill(child, 'SIGKILL');
        reject(new Error(`The process of ${settings.site} ${why}. See site.log in ${settings.directory}.`));
      };
      const limit = setTimeout(fail, START_LIMIT_MILLISECONDS, 'is not ready in time');
      child.once('exit', (code, signal) => {
        clearTimeout(limit);
        fail(`ended before it was ready (${code ?? signal})`);
      });
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const report = JSON.parse(line) as SiteReport;
        if (report.type === 'ready') {
          clearTimeout(limit);
          resolve(report);
        } else this.#onReport(report);
      });
    });
  }
}

/** The whole group: the site, and the CLI of a Batch that runs. */
function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}
