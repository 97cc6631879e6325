import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DEFECTS } from './all.ts';
import { type Defect, planted } from './defect.ts';
import { type Found, markdown, oneLine } from './narration.ts';
import type { Outcome, Search } from './search.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COPIED = ['functions', 'statemachines', 'lab', 'infra', 'package.json'];
/** Of each kind of history: single ones of the likely story, single ones of the others, random ones. */
const AT_MOST = '300';
/** A copy that takes longer does not play to its end. */
const LIMIT_MILLISECONDS = 40 * 60_000;

const HELP = `npm run prove:defects                          plants each defect in a copy, and looks for it
npm run prove:defects -- --only "same Batch"   those alone whose name has that in it
npm run prove:defects -- --at-most 1000        looks longer before it gives up
npm run prove:defects -- --markdown            prints the table as docs/reliability.md has it`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      'at-most': { type: 'string', default: AT_MOST },
      markdown: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const wanted = DEFECTS.filter(({ name }) => name.includes(values.only));
  if (wanted.length === 0) throw new Error(`No defect has "${values.only}" in its name.`);
  const left = wanted.values();
  const found: Found[] = [];
  const work = async () => {
    for (const defect of left) {
      const outcome = await look(defect, Number(values['at-most']));
      found.push({ defect, outcome });
      console.log(oneLine({ defect, outcome }));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const inOrder = wanted.map((defect) => found.find((each) => each.defect === defect)!);
  if (values.markdown) console.log(`\n${markdown(inOrder)}`);
  const missed = inOrder.filter(({ outcome }) => outcome.invariant === null);
  console.log(`\n${wanted.length} defects planted, ${wanted.length - missed.length} found.`);
  return missed.length === 0 ? 0 : 1;
}

const copies = new Set<string>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
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
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
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
