import { parseArgs } from 'node:util';
import { deployPolicy, routingPolicy } from './configuration/deploy-policy.ts';
import { parseDeployment } from './configuration/parse.ts';
import { readConfiguration } from './configuration/read.ts';

/** How a file is named. */
const NAMED = 'by npm run -s deploy-policy -- <file>';
const USAGE = 'Usage: npm run -s deploy-policy -- [<file>] [--routing]';

/** Null when what was typed is no option, or more than one file. */
function wanted(words: readonly string[]): { readonly file: string; readonly routing: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { routing: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [file = 'failover.config.json', ...more] = positionals;
    if (more.length === 0) return { file, routing: values.routing };
    console.error(`One file is read, not ${positionals.join(' and ')}. ${USAGE}`);
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    console.error(`${sentence}. The only option is --routing. ${USAGE}`);
  }
  return null;
}

function print(file: string, routing: boolean): void {
  const deployment = parseDeployment(readConfiguration(file, NAMED), file);
  if (routing && deployment.installation !== 'new')
    throw new Error(
      'an existing installation keeps its health checks and records; nothing is deployed there',
    );
  const policy =
    routing && deployment.installation === 'new' ? routingPolicy(deployment) : deployPolicy(deployment);
  console.log(JSON.stringify(policy, null, 2));
}

const what = wanted(process.argv.slice(2));
if (what === null) process.exitCode = 2;
else
  try {
    print(what.file, what.routing);
  } catch (error) {
    // A person reads this, and pastes nothing of it into IAM.
    const { message } = error as Error;
    console.error(message.startsWith(what.file) ? message : `${what.file}: ${message}`);
    process.exitCode = 1;
  }
