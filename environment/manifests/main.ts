import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../configuration/environment.ts';
import { parseEnvironment } from '../configuration/parse.ts';
import { messageOf } from '../message.ts';
import { USAGE, wanted } from './arguments.ts';
import { filesOf } from './files.ts';
import { orderOf } from './order.ts';
import { type Change, write } from './write.ts';

const what = wanted(process.argv.slice(2));
if (what.kind === 'help') console.log(USAGE);
else if (what.kind === 'refused') {
  console.error([...what.mistakes, '', USAGE].join('\n'));
  process.exitCode = 2;
} else {
  const { config, out } = what;
  try {
    const environment = parseEnvironment(JSON.parse(readFileSync(config, 'utf8')), config);
    const result = write(out, filesOf(environment));
    if (result.kind === 'done') console.log(told(out, result.changes, environment));
    else {
      console.error(refusal(out, result.foreign));
      process.exitCode = 1;
    }
  } catch (error) {
    const message = messageOf(error, config);
    if (message === null) throw error;
    console.error(message);
    process.exitCode = 1;
  }
}

function told(out: string, changes: readonly Change[], environment: Environment): string {
  const kept = changes.filter(({ what }) => what === 'unchanged').length;
  return [
    ...changes
      .filter(({ what }) => what !== 'unchanged')
      .map(({ path, what }) => `${what.padEnd(9)} ${join(out, path)}`),
    ...(kept === 0 ? [] : [`unchanged ${kept} ${kept === 1 ? 'file' : 'files'} in ${out}`]),
    '',
    `In this order, in ${out}; README.md there says which Secrets must be there before:`,
    ...orderOf(environment).flatMap(({ title, notes, commands }, index) => [
      '',
      `${index + 1}. ${title}`,
      ...notes.map((note) => `   ${note}`),
      ...commands.map((command) => `   ${command}`),
    ]),
  ].join('\n');
}

function refusal(out: string, foreign: readonly string[]): string {
  return [
    'Nothing was written: these are not as npm run manifests wrote them.',
    ...foreign.map((path) => `  ${join(out, path)}`),
    'Move them away, or give another folder by --out.',
  ].join('\n');
}
