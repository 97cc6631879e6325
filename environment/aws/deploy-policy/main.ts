import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseEnvironment } from '../../configuration/parse.ts';
import { environmentPolicy, networkPolicy } from './policy.ts';

const USAGE = 'Usage: npm run -s deploy-policy:environment -- [<file>] [--network]';

/** Null when what was typed is no option, or more than one file. */
function wanted(words: readonly string[]): { readonly file: string; readonly network: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { network: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [file = 'failover.config.json', ...more] = positionals;
    if (more.length === 0) return { file, network: values.network };
    console.error(`One file is read, not ${positionals.join(' and ')}. ${USAGE}`);
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    console.error(`${sentence}. The only option is --network. ${USAGE}`);
  }
  return null;
}

function print(file: string, network: boolean): void {
  const environment = parseEnvironment(JSON.parse(readFileSync(file, 'utf8')), file);
  const policy = network ? networkPolicy(environment) : environmentPolicy(environment);
  if (policy === null)
    throw new Error(
      network
        ? 'environment.database.kind is existing, so no network is made; nothing is needed'
        : "the database and the sites' records are there already, so the environment has no stacks; nothing is needed",
    );
  console.log(JSON.stringify(policy, null, 2));
}

const what = wanted(process.argv.slice(2));
if (what === null) process.exitCode = 2;
else
  try {
    print(what.file, what.network);
  } catch (error) {
    // A person reads this, and pastes nothing of it into IAM.
    const { message } = error as Error;
    console.error(message.startsWith(what.file) ? message : `${what.file}: ${message}`);
    process.exitCode = 1;
  }
