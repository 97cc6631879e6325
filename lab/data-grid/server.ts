import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SiteName } from '../../functions/shared/names.ts';
import type { DataGridJars } from './jars.ts';
import { infinispanXml, LOG4J_XML, type ServerConfigurationOptions } from './server-configuration.ts';
import { forget, watch } from './watchdog.ts';

export interface DataGridServerOptions extends ServerConfigurationOptions {
  readonly jars: DataGridJars;
  /** Folder for this site's configuration, data and log. Emptied at every start. */
  readonly root: string;
  /** Archive of classes, to be used or to be written when it stops. */
  readonly archive?: { readonly file: string; readonly write: boolean };
  /** 16 s are usual for two that start together on two cores. */
  readonly startTimeoutMilliseconds?: number;
  /** The sites that this one sees, whenever that changes, itself included. */
  readonly onView?: (sites: readonly string[]) => void;
  /** It ended without being asked to. */
  readonly onDeath?: (message: string) => void;
}

type State = 'stopped' | 'starting' | 'running' | 'frozen';

const READY = 'ISPN080001';
/** The server could not start, and often leaves its Java machine hanging. */
const FAULT = /ISPN080028|\bFATAL\b|Exception in thread "main"/;
const VIEW = /ISPN000439: .*\[([^\]]*)\]/;

/** Two servers, Keycloak's stand-ins and all the rest share two cores: what starts quickly matters, not what runs long. */
const JAVA_OPTIONS = [
  '-Xms128m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '--add-exports=java.naming/com.sun.jndi.ldap=ALL-UNNAMED',
  '--add-opens=java.base/java.util=ALL-UNNAMED',
  '--add-opens=java.base/java.util.concurrent=ALL-UNNAMED',
];

/** One site's real Infinispan server, in a process group of its own. */
export class DataGridServer {
  readonly site: SiteName;
  readonly #options: DataGridServerOptions;
  #process: ChildProcess | null = null;
  #state: State = 'stopped';

  constructor(options: DataGridServerOptions) {
    this.site = options.site;
    this.#options = options;
  }

  get state(): State {
    return this.#state;
  }

  /** Where REST answers and the CLI connects. */
  get address(): string {
    return `http://127.0.0.1:${this.#options.ports.rest}`;
  }

  get logFile(): string {
    return join(this.#options.root, 'log', 'server.log');
  }

  /**
   * Starts it empty: no entries, no caches, every backup online.
   * @throws Error when it reports a fault, ends, or is not ready in time; it is dead then
   */
  async start(): Promise<void> {
    if (this.#state !== 'stopped')
      throw new Error(`The Data Grid of ${this.site} is ${this.#state} already.`);
    this.#state = 'starting';
    const { root } = this.#options;
    rmSync(root, { recursive: true, force: true });
    // Without an existing `lib` the server dies of a NullPointerException.
    for (const folder of ['conf', 'data', 'lib', 'log']) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, 'conf', 'infinispan.xml'), infinispanXml(this.#options));
    writeFileSync(join(root, 'conf', 'log4j2.xml'), LOG4J_XML);
    const child = this.#spawn();
    try {
      await this.#ready(child);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** Ends it in an orderly way, which the other site notices; kills it when it does not end soon. */
  async stop(timeoutMilliseconds = 5_000): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    if (this.#state === 'frozen') return this.kill();
    this.#state = 'stopped';
    const overdue = setTimeout(() => this.#signal('SIGKILL'), timeoutMilliseconds);
    this.#signal('SIGTERM');
    await ended(child);
    clearTimeout(overdue);
  }

  /** It dies on the spot, and with it what it held. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    this.#state = 'stopped';
    this.#signal('SIGKILL');
    await ended(child);
  }

  /** It stops where it is. Connections stay open, and what is sent to it waits in the kernel. */
  freeze(): void {
    if (this.#state !== 'running') throw new Error(`The Data Grid of ${this.site} is ${this.#state}.`);
    this.#state = 'frozen';
    this.#signal('SIGSTOP');
  }

  /** It goes on with what it held and with all that waited for it. */
  thaw(): void {
    if (this.#state !== 'frozen') throw new Error(`The Data Grid of ${this.site} is ${this.#state}.`);
    this.#state = 'running';
    this.#signal('SIGCONT');
  }

  #spawn(): ChildProcess {
    const { jars, root, archive } = this.#options;
    const child = spawn(
      'java',
      [
        ...JAVA_OPTIONS,
        ...(archive === undefined
          ? []
          : [
              archive.write
                ? `-XX:ArchiveClassesAtExit=${archive.file}`
                : `-XX:SharedArchiveFile=${archive.file}`,
              '-Xlog:disable',
            ]),
        `-Dinfinispan.server.home.path=${jars.home}`,
        '-jar',
        jars.serverJar,
        '-s',
        root,
        '-c',
        'infinispan.xml',
        '-l',
        join(root, 'conf', 'log4j2.xml'),
      ],
      { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#process = child;
    const log = createWriteStream(this.logFile);
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    const { pid } = child;
    if (pid !== undefined) watch(pid);
    child.once('close', (code, signal) => {
      log.end();
      if (pid !== undefined) forget(pid);
      if (this.#process === child) this.#process = null;
      if (this.#state !== 'stopped' && this.#state !== 'starting') {
        this.#state = 'stopped';
        this.#options.onDeath?.(
          `The Data Grid of ${this.site} ended (${signal ?? code}); see ${this.logFile}.`,
        );
      }
    });
    return child;
  }

  #ready(child: ChildProcess): Promise<void> {
    const { site } = this;
    const limit = this.#options.startTimeoutMilliseconds ?? 120_000;
    return new Promise((resolve, reject) => {
      const fail = (what: string) => {
        clearTimeout(overdue);
        reject(new Error(`The Data Grid of ${site} did not start: ${what}. Its log is ${this.logFile}.`));
      };
      const overdue = setTimeout(() => fail(`not ready after ${limit / 1000} s`), limit);
      const read = (line: string) => {
        if (this.#state === 'starting') {
          if (line.includes(READY)) {
            clearTimeout(overdue);
            this.#state = 'running';
            resolve();
          } else if (FAULT.test(line)) fail(line);
        }
        const view = VIEW.exec(line);
        if (view !== null) this.#options.onView?.(view[1]!.split(/,\s*/));
      };
      for (const stream of [child.stdout, child.stderr]) {
        if (stream !== null) createInterface({ input: stream }).on('line', read);
      }
      child.once('error', (error) => fail(error.message));
      child.once('close', (code, signal) => fail(`it ended (${signal ?? code})`));
    });
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('close', () => resolve()));
