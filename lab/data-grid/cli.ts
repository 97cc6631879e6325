import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface CliRun {
  /** Folder that holds `lib/` with the jars. */
  readonly home: string;
  /** REST port of the site's server on loopback. */
  readonly port: number;
  /** The CLI's lines. */
  readonly script: string;
  /** Kills it, as deleting its pod would. Without, it runs as long as it likes: a frozen server keeps it for ever. */
  readonly signal?: AbortSignal;
}

export interface CliResult {
  /** 0 also when a command was refused. 137: it was killed. */
  readonly exitCode: number;
  /** Standard output and error as they came, colours included: what a pod's log holds. */
  readonly log: string;
}

const MAIN_CLASS = 'org.infinispan.cli.commands.CLI';
/** Nearly all of a run is the start of its Java machine; these and the archive halve it. */
const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx256m'];

/** Classes of the CLI as the Java machine can map them into memory; it must be the same Java that wrote them. */
const archiveOf = (home: string): string => join(home, 'cli.jsa');

/**
 * Runs the real CLI with a script, as the job of a Batch. It stays in the process group of whoever calls, so that
 * it is frozen and killed with its site.
 */
export async function runCli({ home, port, script, signal }: CliRun): Promise<CliResult> {
  const archive = archiveOf(home);
  const sharing = existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`, '-Xlog:disable'] : [];
  const folder = mkdtempSync(join(tmpdir(), 'batch-'));
  try {
    const file = join(folder, 'batch');
    writeFileSync(file, script);
    return await run(home, sharing, ['-c', `http://127.0.0.1:${port}`, '-f', file], signal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Makes the archive that quickens every later run, if it is not there. Takes some seconds, once.
 * @param port of a running server: classes are archived as they are loaded, so it must really talk to one
 */
export async function makeCliArchive(home: string, port: number): Promise<void> {
  const archive = archiveOf(home);
  if (existsSync(archive)) return;
  const folder = mkdtempSync(join(home, 'archive-'));
  try {
    const file = join(folder, 'batch');
    writeFileSync(file, 'echo BEGIN\nsite view\nstats /containers/default\n');
    const made = join(folder, 'cli.jsa');
    const java = [`-XX:ArchiveClassesAtExit=${made}`, '-Xlog:disable'];
    await run(home, java, ['-c', `http://127.0.0.1:${port}`, '-f', file]);
    // Without it everything works, only slower: a Java that can't write one is no reason to stop.
    if (existsSync(made)) renameSync(made, archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(
  home: string,
  java: readonly string[],
  args: readonly string[],
  signal?: AbortSignal,
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      'java',
      [...QUICK_START, ...java, '-cp', join(home, 'lib', '*'), MAIN_CLASS, ...args],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        killSignal: 'SIGKILL',
        ...(signal === undefined ? {} : { signal }),
      },
    );
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', (error) => {
      if (error.name !== 'AbortError') reject(error);
    });
    child.once('close', (code) =>
      resolve({ exitCode: code ?? 137, log: Buffer.concat(chunks).toString('utf8') }),
    );
  });
}
