import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listed } from '../../typed.ts';
import { type Defect, planted } from './defect.ts';
import { type Found, oneLine, markdown as tableOf } from './narration.ts';
import { HELP, parseDefectsOptions } from './options.ts';
import type { Outcome, Search } from './search.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COPIED = ['functions', 'statemachines', 'lab', 'infra', 'package.json'];
/** A copy that takes longer does not play to its end. */
const LIMIT_MILLISECONDS = 40 * 60_000;

async function main(): Promise<number> {
  const options = parseDefectsOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(HELP);
    return 0;
  }
  const { wanted, atMost, markdown, list } = options;
  if (list) {
    console.log(listed(wanted.map(({ name }) => name)));
    return 0;
  }
  const left = wanted.values();
  const found: Found[] = [];
  const work = async () => {
    for (const defect of left) {
      const outcome = await look(defect, atMost);
      found.push({ defect, outcome });
      console.log(oneLine({ defect, outcome }));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const inOrder = wanted.map((defect) => found.find((each) => each.defect === defect)!);
  if (markdown) console.log(`\n${tableOf(inOrder)}`);
  const missed = inOrder.filter(({ outcome }) => outcome.invariant === null);
  console.log(
    `\n${wanted.length} ${wanted.length === 1 ? 'defect' : 'defects'} planted, ${wanted.length - missed.length} found.`,
  );
  return missed.length === 0 ? 0 : 1;
}

const copies = new Set<string>();
const searches = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const search of searches) search.kill('SIGKILL');
    for (const copy of copies) rmSync(copy, { recursive: true, force: true });
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}

/** In a copy of its own, so that nothing of it can stay behind. */
async function look(defect: Defect, atMost: number): Promise<Outcome> {
  const copy = mkdtempSync(join(tmpdir(), 'planted-'));
  copies.add(copy);
  try {
    for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    for (const [file, text] of planted(defect, (name) => readFileSync(join(copy, name), 'utf8')))
      writeFileSync(join(copy, file), text);
    const { story, kinds = [], near = null } = defect;
    return await searchIn(copy, { story, kinds, near, atMost });
  } finally {
    rmSync(copy, { recursive: true, force: true });
    copies.delete(copy);
  }
}

function searchIn(copy: string, search: Search): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['lab/prove/defects/search.ts', JSON.stringify(search)], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MILLISECONDS,
    });
    searches.add(child);
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      searches.delete(child);
      if (code === 0) resolve(JSON.parse(out) as Outcome);
      else reject(new Error(`The search in the copy ended with ${code}: ${err.slice(0, 2_000)}`));
    });
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
