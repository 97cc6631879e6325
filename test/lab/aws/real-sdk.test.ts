import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  FailoverDBClusterCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import {
  GetHealthCheckCommand,
  GetHealthCheckStatusCommand,
  ListHealthChecksCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  UpdateHealthCheckCommand,
} from '@aws-sdk/client-route-53';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CloudWatch } from '../../../lab/aws/alarms/cloudwatch.ts';
import { Aurora } from '../../../lab/aws/aurora.ts';
import { Table } from '../../../lab/aws/dynamodb/table.ts';
import { EventBus } from '../../../lab/aws/event-bus.ts';
import { type AwsServer, serveAws } from '../../../lab/aws/http/server.ts';
import { Mailbox } from '../../../lab/aws/mailbox.ts';
import { Secrets } from '../../../lab/aws/secrets.ts';
import { StepFunctions } from '../../../lab/aws/step-functions.ts';
import { stepFunctionsClient } from '../../../lab/aws/step-functions-client.ts';
import { stepFunctionsService } from '../../../lab/aws/step-functions-service.ts';
import { twoSites } from './two-sites.ts';
import { virtualClock } from './virtual-clock.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:on-call';
const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:example-failover';

const clock = virtualClock();
const route53 = twoSites({ clock, checkers: 3 });
const mailbox = new Mailbox([TOPIC], clock);
const aurora = new Aurora({
  clusterIdentifier: 'keycloak',
  instances: { 'keycloak-a': 'eu-west-1a', 'keycloak-b': 'eu-west-1b' },
  writer: 'keycloak-a',
  clock,
});
const cloudwatch = new CloudWatch({
  clock,
  accountId: '123456789012',
  topicName: 'failover-alarms',
  deliver: () => {},
  alarms: [
    {
      name: 'site-a-down',
      region: 'us-east-1',
      metric: { namespace: 'AWS/Route53', name: 'HealthCheckStatus', dimensions: { HealthCheckId: 'x' } },
      treatMissingData: 'notBreaching',
      read: () => false,
    },
  ],
});
const never = async (): Promise<unknown> => {
  throw new Error('No function is called here.');
};
const engine = new StepFunctions({
  deployment: { deployment: 'example', region: 'eu-west-1', accountId: '123456789012' },
  functions: {
    reconcile: never,
    ledger: never,
    traffic: never,
    'data-grid': never,
    keycloak: never,
    database: never,
    notification: never,
    closer: never,
    readiness: never,
  },
  definitions: new Map([
    ['failover', { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3600, End: true } } }],
  ]),
});

const bus = new EventBus();
let server: AwsServer;
const before = { ...process.env };

beforeAll(async () => {
  route53.start();
  cloudwatch.start();
  await clock.advance(60);
  server = await serveAws(
    {
      ROUTE_53: route53.service,
      SNS: mailbox.service,
      RDS: aurora.service,
      SFN: stepFunctionsService(stepFunctionsClient(engine)),
      CLOUDWATCH: (region) => cloudwatch.service(region),
      SECRETS_MANAGER: new Secrets({ 'failover/site-a': 'token-of-site-a' }).service,
      DYNAMODB: new Table('ledger', 'deployment').service,
      EVENTBRIDGE: bus.service,
    },
    'eu-west-1',
  );
  // The way in which the bundles find the stand-ins.
  Object.assign(process.env, server.environment);
});

afterAll(async () => {
  process.env = before;
  route53.stop();
  cloudwatch.stop();
  aurora.stop();
  await server.close();
});

describe('the client of EventBridge', () => {
  it('puts events, which the bus keeps', async () => {
    const Time = new Date('2026-01-05T12:00:00.000Z');
    const entry = { Source: 'a', DetailType: 'B Happened', Detail: '{"c":1}', Time };
    const { FailedEntryCount } = await new EventBridgeClient({}).send(
      new PutEventsCommand({ Entries: [entry] }),
    );
    expect(FailedEntryCount).toBe(0);
    expect(bus.events).toEqual([
      { source: 'a', 'detail-type': 'B Happened', time: Time.toISOString(), detail: { c: 1 } },
    ]);
  });

  it('is refused eleven at once', async () => {
    const Entries = Array.from({ length: 11 }, () => ({ Source: 'a', DetailType: 'b', Detail: '{}' }));
    await expect(new EventBridgeClient({}).send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
      name: 'NotModelledError',
    });
  });
});

describe('the client of Route 53', () => {
  it('reads a check whole', async () => {
    const id = { HealthCheckId: 'endpoint-site-a' };
    const { HealthCheck } = await new Route53Client({}).send(new GetHealthCheckCommand(id));
    expect(HealthCheck).toEqual({
      Id: 'endpoint-site-a',
      CallerReference: 'endpoint-site-a',
      HealthCheckVersion: 1,
      HealthCheckConfig: {
        Type: 'HTTPS',
        FullyQualifiedDomainName: 'site-a.example.test',
        ResourcePath: '/lb-check',
        RequestInterval: 30,
        FailureThreshold: 1,
        MeasureLatency: false,
        EnableSNI: true,
        Inverted: false,
        Disabled: false,
      },
    });
  });

  it('moves a threshold by its version, and is refused a stale one', async () => {
    const client = new Route53Client({});
    const update = { HealthCheckId: 'switch-site-a', HealthCheckVersion: 1, HealthThreshold: 2 };
    const { HealthCheck } = await client.send(new UpdateHealthCheckCommand(update));
    expect(HealthCheck?.HealthCheckVersion).toBe(2);
    expect(HealthCheck?.HealthCheckConfig?.ChildHealthChecks).toEqual(['endpoint-site-a']);
    await expect(client.send(new UpdateHealthCheckCommand(update))).rejects.toMatchObject({
      name: 'HealthCheckVersionMismatch',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it('flips a path, disables a check, and gives its children anew', async () => {
    const client = new Route53Client({});
    const path = await client.send(
      new UpdateHealthCheckCommand({
        HealthCheckId: 'endpoint-site-b',
        ResourcePath: '/gone?a=1&b=2',
        Disabled: true,
      }),
    );
    expect(path.HealthCheck?.HealthCheckConfig).toMatchObject({
      ResourcePath: '/gone?a=1&b=2',
      Disabled: true,
    });
    const children = await client.send(
      new UpdateHealthCheckCommand({
        HealthCheckId: 'switch-site-b',
        ChildHealthChecks: ['endpoint-site-b'],
      }),
    );
    expect(children.HealthCheck?.HealthCheckConfig?.ChildHealthChecks).toEqual(['endpoint-site-b']);
  });

  it('reads what the checkers saw, with times', async () => {
    const { HealthCheckObservations } = await new Route53Client({}).send(
      new GetHealthCheckStatusCommand({ HealthCheckId: 'endpoint-site-a' }),
    );
    expect(HealthCheckObservations).toHaveLength(3);
    expect(HealthCheckObservations?.[2]).toEqual({
      Region: 'us-west-2',
      IPAddress: '192.0.2.3',
      StatusReport: {
        Status: 'Success: HTTP Status Code 200, OK',
        CheckedTime: new Date('2026-01-05T12:00:50Z'),
      },
    });
  });

  it('hears by name that a check does not exist, or can not be observed', async () => {
    const client = new Route53Client({});
    await expect(client.send(new GetHealthCheckCommand({ HealthCheckId: 'nosuch' }))).rejects.toMatchObject({
      name: 'NoSuchHealthCheck',
    });
    await expect(
      client.send(new GetHealthCheckStatusCommand({ HealthCheckId: 'switch-site-a' })),
    ).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('lists the failover records', async () => {
    const { ResourceRecordSets } = await new Route53Client({}).send(
      new ListResourceRecordSetsCommand({ HostedZoneId: 'Z0EXAMPLE' }),
    );
    expect(ResourceRecordSets?.[1]).toEqual({
      Name: 'login.example.test.',
      Type: 'CNAME',
      SetIdentifier: 'secondary',
      Failover: 'SECONDARY',
      TTL: 60,
      ResourceRecords: [{ Value: 'site-b.example.test' }],
      HealthCheckId: 'switch-site-b',
    });
  });

  it('is told at once what the stand-in does not model', async () => {
    const asked = new Route53Client({}).send(new ListHealthChecksCommand({}));
    await expect(asked).rejects.toMatchObject({ name: 'NotModelledError' });
  });
});

describe('the client of SNS', () => {
  it('publishes, line breaks and all, and is refused a subject of two lines', async () => {
    const client = new SNSClient({});
    const mail = {
      TopicArn: TOPIC,
      Subject: 'site-a was lost',
      Message: 'What happened:\n<a> & "b" = 100 %',
    };
    const { MessageId } = await client.send(new PublishCommand(mail));
    expect(MessageId).toBe('mail-1');
    expect(mailbox.mails[0]).toMatchObject({ subject: mail.Subject, body: mail.Message });
    await expect(client.send(new PublishCommand({ ...mail, Subject: 'a\nb' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(client.send(new PublishCommand({ ...mail, TopicArn: `${TOPIC}-2` }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});

describe('the client of RDS', () => {
  it('reads who writes and where, and moves the writer', async () => {
    const client = new RDSClient({});
    const cluster = { DBClusterIdentifier: 'keycloak' };
    const { DBClusters } = await client.send(new DescribeDBClustersCommand(cluster));
    expect(DBClusters?.[0]?.DBClusterMembers?.map((member) => member.IsClusterWriter)).toEqual([true, false]);
    const { DBInstances } = await client.send(
      new DescribeDBInstancesCommand({ Filters: [{ Name: 'db-cluster-id', Values: ['keycloak'] }] }),
    );
    expect(DBInstances?.map((instance) => instance.AvailabilityZone)).toEqual(['eu-west-1a', 'eu-west-1b']);
    const failover = new FailoverDBClusterCommand({ ...cluster, TargetDBInstanceIdentifier: 'keycloak-b' });
    await client.send(failover);
    await expect(client.send(failover)).rejects.toMatchObject({ name: 'InvalidDBClusterStateFault' });
    await clock.advance(12);
    expect(aurora.writer).toBe('keycloak-b');
    await expect(
      client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: 'nosuch' })),
    ).rejects.toMatchObject({ name: 'DBClusterNotFoundFault' });
    await expect(
      client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'nosuch' })),
    ).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
  });
});

describe('the other clients', () => {
  it('of CloudWatch reads alarms of its own region, with times', async () => {
    const asked = new DescribeAlarmsCommand({
      AlarmNames: ['site-a-down'],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      StateValue: 'ALARM',
    });
    const here = await new CloudWatchClient({ region: 'us-east-1' }).send(asked);
    expect(here.MetricAlarms?.[0]?.StateTransitionedTimestamp).toEqual(new Date('2026-01-05T12:01:00Z'));
    const elsewhere = await new CloudWatchClient({}).send(asked);
    expect(elsewhere.MetricAlarms).toEqual([]);
  });

  it('of Step Functions starts an execution once, describes, lists and stops it', async () => {
    const client = new SFNClient({});
    const start = { stateMachineArn: MACHINE, name: 'epoch-7', input: '{}' };
    const { executionArn } = await client.send(new StartExecutionCommand(start));
    expect((await client.send(new StartExecutionCommand(start))).executionArn).toBe(executionArn);
    await expect(
      client.send(new StartExecutionCommand({ ...start, input: '{"dryRun":true}' })),
    ).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'RUNNING', input: '{}' });
    expect(described.startDate?.getFullYear()).toBeGreaterThan(2000);
    await client.send(new StopExecutionCommand({ executionArn, cause: 'no longer wanted' }));
    await engine.ended(executionArn!);
    const aborted = new ListExecutionsCommand({ stateMachineArn: MACHINE, statusFilter: 'ABORTED' });
    expect((await client.send(aborted)).executions).toHaveLength(1);
  });

  it('of Step Functions hears by name what does not exist', async () => {
    const client = new SFNClient({});
    const executionArn = `${MACHINE.replace('stateMachine', 'execution')}:nosuch`;
    await expect(client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
    await expect(
      client.send(new StartExecutionCommand({ stateMachineArn: `${MACHINE}-2` })),
    ).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });

  it('of Secrets Manager reads a token, and hears by name that there is none', async () => {
    const client = new SecretsManagerClient({});
    const secret = await client.send(new GetSecretValueCommand({ SecretId: 'failover/site-a' }));
    expect(secret.SecretString).toBe('token-of-site-a');
    await expect(
      client.send(new GetSecretValueCommand({ SecretId: 'failover/site-b' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('of DynamoDB writes on a condition', async () => {
    const client = new DynamoDBClient({});
    const put = new PutItemCommand({
      TableName: 'ledger',
      Item: marshall({ deployment: 'example', revision: 1 }),
      ConditionExpression: 'attribute_not_exists(deployment)',
    });
    await client.send(put);
    await expect(client.send(put)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    const { Item } = await client.send(
      new GetItemCommand({ TableName: 'ledger', Key: marshall({ deployment: 'example' }) }),
    );
    expect(Item?.['revision']).toEqual({ N: '1' });
  });
});
