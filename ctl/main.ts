import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { sdkClients } from './clients.ts';
import type { ControlEdge } from './edge.ts';
import { run } from './run.ts';

// What the functions log is for CloudWatch; here the command itself says what happens.
process.env['FAILOVER_LOG'] = 'silent';

async function ask(question: string): Promise<string> {
  // On stderr, which stays a person's when the standard output goes to a program.
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'not named';
  }
}

const edge: ControlEdge = {
  readFile: (path) => readFileSync(path, 'utf8'),
  connect: sdkClients,
  now: () => new Date(),
  sleep,
  userName,
  ask: process.stdin.isTTY === true ? ask : null,
};

process.on('SIGINT', () => {
  process.stderr.write('\nNot followed any more; what was started goes on. See: npm run ctl -- status\n');
  process.exit(130);
});

process.exitCode = await run(process.argv.slice(2), edge, {
  toStdout: (line) => process.stdout.write(`${line}\n`),
  toStderr: (line) => process.stderr.write(`${line}\n`),
  colours: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
});
