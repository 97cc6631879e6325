import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeDBClustersCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetHealthCheckCommand, GetHealthCheckStatusCommand, Route53Client } from '@aws-sdk/client-route-53';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { labConfiguration, SITE_A, SITE_B } from '../../lab/configuration.ts';

const nowhere = { apiServer: 'https://127.0.0.1:1' };
const OPERATION = {
  workflow: 'failover',
  epoch: 1,
  owner: 'arn:aws:states:eu-west-1:123456789012:execution:x:y',
};

/** What a deployed function is called with first, and what it says where there is no ledger yet. */
const FIRST_CALLS: Readonly<Record<string, { event: unknown; says: object | RegExp }>> = {
  ledger: { event: { action: 'status' }, says: /no ledger of keycloak.*adopt/ },
  traffic: { event: { action: 'agree', operation: OPERATION }, says: /no ledger of keycloak.*adopt/ },
  reconcile: { event: { 'detail-type': 'Scheduled Event' }, says: { outcome: 'unknown' } },
  readiness: { event: { action: 'observe' }, says: { outcome: 'nothing' } },
  keycloak: {
    event: { action: 'scale-down', operation: OPERATION, site: 'site-c' },
    says: /no site "site-c".*site-a, site-b/,
  },
  'data-grid': {
    event: { action: 'cut-bridge', operation: OPERATION, site: SITE_A },
    says: /no ledger of keycloak/,
  },
  report: { event: { source: 'aws.states' }, says: /input of report.*"detail" is missing/ },
  changes: { event: { Records: [] }, says: { batchItemFailures: [] } },
  database: {
    event: { action: 'move-writer', operation: OPERATION, site: SITE_A },
    says: { outcome: 'failed' },
  },
};

describe('a deployed function', () => {
  const directory = mkdtempSync(join(tmpdir(), 'entries-'));
  const dynamodb = mockClient(DynamoDBClient);
  const route53 = mockClient(Route53Client);
  const sns = mockClient(SNSClient);
  const rds = mockClient(RDSClient);
  const cloudwatch = mockClient(CloudWatchClient);

  beforeAll(() => {
    const file = join(directory, 'failover.config.json');
    writeFileSync(
      file,
      JSON.stringify(labConfiguration(['work' as never], { [SITE_A]: nowhere, [SITE_B]: nowhere })),
    );
    process.env['FAILOVER_CONFIG_FILE'] = file;
    process.env['FAILOVER_LOG'] = 'silent';
  });
  beforeEach(() => {
    for (const client of [dynamodb, route53, sns, rds, cloudwatch]) client.reset();
    dynamodb.on(GetItemCommand).resolves({});
    route53.on(GetHealthCheckCommand).resolves({
      HealthCheck: {
        Id: 'switch',
        CallerReference: 'switch',
        HealthCheckVersion: 1,
        HealthCheckConfig: { Type: 'CALCULATED', ChildHealthChecks: ['endpoint'], HealthThreshold: 1 },
      },
    });
    route53.on(GetHealthCheckStatusCommand).resolves({ HealthCheckObservations: [] });
    cloudwatch.on(DescribeAlarmsCommand).resolves({});
    sns.on(PublishCommand).resolves({});
    rds
      .on(DescribeDBClustersCommand)
      .rejects(Object.assign(new Error('not found'), { name: 'DBClusterNotFoundFault', $fault: 'client' }));
  });
  afterAll(() => {
    for (const client of [dynamodb, route53, sns, rds, cloudwatch]) client.restore();
    rmSync(directory, { recursive: true });
    delete process.env['FAILOVER_CONFIG_FILE'];
  });

  it.each(Object.keys(FIRST_CALLS))(
    '%s reads its configuration and reaches AWS with clients of its own',
    async (name) => {
      const { event, says } = FIRST_CALLS[name]!;
      const { handler } = await import(`../../functions/${name}/lambda.ts`);
      const answer = handler(event, { getRemainingTimeInMillis: () => 60_000 });
      if (says instanceof RegExp) await expect(answer).rejects.toThrow(says);
      else expect(await answer).toMatchObject(says);
    },
    // readiness asks services that are not there, and each of them twice.
    30_000,
  );
});
