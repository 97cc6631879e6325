import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerStore } from '../../functions/ledger/store.ts';
import { Table } from '../../lab/aws/dynamodb/table.ts';
import { type AwsServer, serveAws } from '../../lab/aws/http/server.ts';
import { identityService } from '../../lab/aws/identity.ts';
import { inMemoryClient } from '../../lab/aws/in-memory-client.ts';
import { StepFunctions, type StepFunctionsOptions } from '../../lab/aws/step-functions.ts';
import { stepFunctionsClient } from '../../lab/aws/step-functions-client.ts';
import { stepFunctionsService } from '../../lab/aws/step-functions-service.ts';
import { exampleConfiguration, inSync } from '../ledger/example.ts';
import { FILE } from './terminal.ts';

const MAIN = fileURLToPath(new URL('../../ctl/main.ts', import.meta.url));
const configuration = exampleConfiguration();
const table = new Table(configuration.ledgerTable, 'deployment');
const engine = new StepFunctions({
  deployment: configuration,
  // Nothing that the product does is looked at here: each of its functions gives the same answer.
  functions: new Proxy({} as StepFunctionsOptions['functions'], {
    get: () => async () => ({ outcome: 'answered', decision: 'approved', workflow: 'switchover' }),
  }),
});

let aws: AwsServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ctl-'));
  writeFileSync(join(folder, 'failover.config.json'), FILE);
  aws = await serveAws(
    {
      STS: identityService(configuration.accountId),
      DYNAMODB: table.service,
      SFN: stepFunctionsService(stepFunctionsClient(engine)),
    },
    configuration.region,
  );
  const dynamodb = inMemoryClient<DynamoDBClient>(table.service);
  await new LedgerStore({ configuration, dynamodb, now: () => new Date() }).write(inSync(configuration));
});

afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

/** The command as npm starts it, in the folder of the configuration. */
const ctl = (words: readonly string[], environment: Readonly<Record<string, string>> = aws.environment) =>
  new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, ['--no-warnings', MAIN, ...words], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        AWS_EC2_METADATA_DISABLED: 'true',
        HOME: folder,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        printed[stream] += text;
      });
    }
    child.on('close', (code) => resolve({ code, ...printed }));
  });

describe('the command, as a process of its own with the clients of the SDK', () => {
  it('shows how things stand, without colours where nobody would see them', async () => {
    const { code, stdout, stderr } = await ctl(['status']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/site-a +PRIMARY +serves +in-sync/);
    expect(stdout).not.toContain('\u001b');
  });

  it('prints one document for a program, and what happens meanwhile beside it', async () => {
    const { code, stdout, stderr } = await ctl(['approve', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'approve',
      exitCode: 0,
      input: { decision: 'approve', by: 'lab' },
      status: 'SUCCEEDED',
      output: { outcome: 'answered' },
    });
    expect(stderr).toContain('https://eu-central-1.console.aws.amazon.com/states/');
    expect(code).toBe(0);
  });

  it('finds no credentials where there are none', async () => {
    const { code, stdout, stderr } = await ctl(['status'], {});
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^There are no AWS credentials\.\nName a profile by AWS_PROFILE/);
  });

  it('says what was typed wrong before it looks for credentials', async () => {
    const { code, stderr } = await ctl(['disarm'], {});
    expect(code).toBe(2);
    expect(stderr).toMatch(/^disarm needs a reason\.\n/);
  });

  it('ends with 2 for a word that it does not know', async () => {
    const { code, stderr } = await ctl(['statsu']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean status?');
  });
});
