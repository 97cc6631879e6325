import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './asking.ts';
import { sdkClients } from './clients.ts';
import type { ControlEdge } from './edge.ts';
import { run } from './run.ts';

// What the functions log is for CloudWatch; here the command itself says what happens.
process.env['FAILOVER_LOG'] = 'silent';

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
  ask: process.stdin.isTTY === true ? (question) => ask(process.stdin, process.stderr, question) : null,
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
