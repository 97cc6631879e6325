import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SNSClient } from '@aws-sdk/client-sns';
import { createReconcile } from '../../functions/reconcile/reconcile.ts';
import { serveAws } from '../aws/http/server.ts';
import { inMemoryClient } from '../aws/in-memory-client.ts';
import { SITE_A } from '../configuration.ts';
import { Loss } from './loss.ts';
import { Rounds } from './rounds.ts';
import { percentile } from './statistics.ts';

export interface HotPath {
  readonly events: number;
  /** The first event of the process: connections are opened, and what comes after the write is loaded. */
  readonly firstMilliseconds: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
}

/** An alarm, by the function as it is; each call it makes is watched. */
export async function roundsOfAnAlarm(): Promise<Rounds['untilTrafficWrite']> {
  const loss = new Loss();
  const rounds = new Rounds();
  const reconcile = createReconcile({
    configuration: loss.configuration,
    now: () => new Date(),
    dynamodb: rounds.watched(inMemoryClient<DynamoDBClient>(loss.table.service)),
    route53: rounds.watched(inMemoryClient<Route53Client>(loss.route53.service)),
    sfn: rounds.watched(inMemoryClient<SFNClient>(loss.stepFunctions)),
    sns: rounds.watched(inMemoryClient<SNSClient>(loss.mailbox.service)),
    cloudwatch: () =>
      rounds.watched(inMemoryClient<CloudWatchClient>({ name: 'CloudWatch', operations: {} })),
  });
  await loss.start();
  try {
    await loss.begin();
    await reconcile(loss.alarm());
  } finally {
    loss.stop();
  }
  return rounds.untilTrafficWrite;
}

/**
 * Alarms one after the other, from the call of the built bundle's handler until the stand-in of Route 53 has carried
 * out the write. The bundle's own SDK clients speak HTTP on loopback to stand-ins that share its process.
 * @throws Error when an alarm does not move the traffic
 */
export async function timeHotPath(dist: string, events: number): Promise<HotPath> {
  const loss = new Loss();
  const server = await serveAws(
    {
      DYNAMODB: loss.table.service,
      ROUTE_53: loss.route53.service,
      SFN: loss.stepFunctions,
      SNS: loss.mailbox.service,
    },
    loss.configuration.region,
  );
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(folder, 'failover.config.json');
  writeFileSync(file, JSON.stringify(loss.configuration));
  Object.assign(process.env, server.environment, { FAILOVER_CONFIG_FILE: file, FAILOVER_LOG: 'silent' });
  let writtenAt: number | null = null;
  loss.route53.onWrite(({ id }) => {
    if (id === `switch-${SITE_A}`) writtenAt = performance.now();
  });
  try {
    const { handler } = await import(pathToFileURL(join(dist, 'reconcile', 'index.mjs')).href);
    await loss.start();
    const times: number[] = [];
    for (let event = 0; event < events; event++) {
      await loss.begin();
      writtenAt = null;
      const begun = performance.now();
      const outcome = await handler(loss.alarm(), { getRemainingTimeInMillis: () => 60_000 });
      if (writtenAt === null) throw new Error(`An alarm moved nothing: ${JSON.stringify(outcome)}`);
      times.push(writtenAt - begun);
    }
    return {
      events,
      firstMilliseconds: times[0]!,
      p50Milliseconds: percentile(times, 50),
      p99Milliseconds: percentile(times, 99),
    };
  } finally {
    loss.stop();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}
