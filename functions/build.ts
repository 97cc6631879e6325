import { existsSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
export const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

/**
 * One bundle for each folder that holds a `lambda.ts`: the artefact that is deployed is the folder `dist/<name>/`,
 * `index.mjs` with the handler and beside it the chunks that it imports, at once or when they are needed.
 */
export const functionNames = (): readonly string[] =>
  readdirSync(here, { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() && entry.name !== 'shared' && existsSync(`${here}${entry.name}/lambda.ts`),
    )
    .map((entry) => entry.name);

export async function buildFunctions(): Promise<void> {
  await Promise.all(functionNames().map(buildFunction));
}

/** Each in a build of its own: chunks that functions share would belong to no folder. */
async function buildFunction(name: string): Promise<void> {
  const outdir = `${DIST}${name}`;
  // A chunk's name tells its content, so those of the build before would stay and be deployed.
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [{ in: `${here}${name}/lambda.ts`, out: 'index' }],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    // Error names are the contract with the machines' Catch and Retry.
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Half the import time of the default order (measured): the SDK's ESM builds can be shaken.
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire as bundleCreateRequire } from 'node:module'; const require = bundleCreateRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildFunctions();
