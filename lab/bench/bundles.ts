import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CacheName } from '../../functions/shared/names.ts';
import { labConfiguration, SITE_A, SITE_B } from '../configuration.ts';
import { median } from './statistics.ts';

export interface BundleSize {
  /** `index.mjs` and every chunk that is imported with it. */
  readonly importedBytes: number;
  /** Chunks that are imported when they are needed, if ever. */
  readonly laterBytes: number;
}

export interface BundleTime {
  readonly importMilliseconds: number;
  /** What processors worked for it meanwhile: less than it took where they were busy with something else. */
  readonly processorMilliseconds: number;
  /** Time of a whole process that imports it, as a multiple of one that imports nothing. */
  readonly ratio: number;
}

const STATIC_IMPORT = /(?:from|import)\s*"\.\/([^"]+)"/g;

/** @param folder a function's folder in `dist/` */
export function sizeOf(folder: string): BundleSize {
  const imported = new Set<string>();
  const follow = (file: string): void => {
    if (imported.has(file)) return;
    imported.add(file);
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, path] of text.matchAll(STATIC_IMPORT)) follow(path!);
  };
  follow('index.mjs');
  let importedBytes = 0;
  let laterBytes = 0;
  for (const file of readdirSync(folder)) {
    const { size } = statSync(join(folder, file));
    if (imported.has(file)) importedBytes += size;
    else laterBytes += size;
  }
  return { importedBytes, laterBytes };
}

/**
 * Imports each bundle in processes of its own, in turns with processes that import nothing, so that whatever else
 * the machine does meets all of them alike.
 */
export function timeImports(
  dist: string,
  names: readonly string[],
  runs: number,
): Readonly<Record<string, BundleTime>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const config = join(folder, 'failover.config.json');
  const nowhere = { apiServer: 'https://127.0.0.1:1' };
  const clusters = { [SITE_A]: nowhere, [SITE_B]: nowhere };
  writeFileSync(config, JSON.stringify(labConfiguration(['sessions' as CacheName], clusters)));
  const environment = { ...process.env, FAILOVER_CONFIG_FILE: config, AWS_REGION: 'eu-west-1' };
  const empty: number[] = [];
  const times = new Map(
    names.map((name) => [name, { whole: [] as number[], imports: [] as number[], work: [] as number[] }]),
  );
  try {
    for (let run = 0; run < runs; run++) {
      empty.push(inProcess('console.log("[]")', environment).whole);
      for (const [name, { whole, imports, work }] of times) {
        const url = pathToFileURL(join(dist, name, 'index.mjs')).href;
        const took = inProcess(
          `const begun = performance.now(), used = process.cpuUsage();
          await import(${JSON.stringify(url)});
          const took = performance.now() - begun, { user, system } = process.cpuUsage(used);
          console.log(JSON.stringify([took, (user + system) / 1000]));
          process.exit()`,
          environment,
        );
        whole.push(took.whole);
        imports.push(took.said[0]!);
        work.push(took.said[1]!);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return Object.fromEntries(
    [...times].map(([name, { whole, imports, work }]) => [
      name,
      {
        importMilliseconds: median(imports),
        processorMilliseconds: median(work),
        ratio: median(whole) / median(empty),
      },
    ]),
  );
}

function inProcess(script: string, env: NodeJS.ProcessEnv): { whole: number; said: readonly number[] } {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env,
    encoding: 'utf8',
  });
  const whole = performance.now() - begun;
  if (status !== 0) throw new Error(`A bundle could not be imported:\n${stderr}`);
  return { whole, said: JSON.parse(stdout) };
}
