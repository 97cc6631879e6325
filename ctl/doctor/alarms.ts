import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import type { Check } from '../../functions/readiness/report.ts';
import { fail, pass } from '../../functions/readiness/report.ts';
import type { Configuration } from '../../functions/shared/configuration.ts';
import { functionArn, isOptIn, nameOf } from '../../infra/configuration/names.ts';
import type { Context } from '../command.ts';
import { unlessRefused } from './unless-refused.ts';

/** About the deployment itself; all are in its region. */
const OWN_ALARMS = [
  'not-ready',
  'operation-held',
  'drift',
  'disarmed',
  'workflow-failed',
  'event-not-handled',
] as const;

interface Wanted {
  readonly name: string;
  readonly region: string;
}

/** Every alarm that the stacks make. */
export const wantedAlarms = (configuration: Configuration): readonly Wanted[] => [
  ...configuration.alarms.map(({ name, region }) => ({ name, region })),
  ...OWN_ALARMS.map((name) => ({ name: nameOf(configuration, name), region: configuration.region })),
];

interface Found extends Wanted {
  readonly enabled: boolean;
  readonly actions: readonly string[];
}

/** Alarms that are there in both regions, that do something, and that are heard. */
export async function alarmChecks(context: Context): Promise<readonly Check[]> {
  const wanted = wantedAlarms(context.configuration);
  let found: readonly Found[] = [];
  const there = await unlessRefused(context, 'alarms', 'configuration', async () => {
    const regions = [...new Set(wanted.map(({ region }) => region))];
    found = (await Promise.all(regions.map((region) => alarmsIn(context, region, wanted)))).flat();
    return judged(wanted, found);
  });
  const heard = await unlessRefused(context, 'alarm-route', 'configuration', () =>
    wayToReconcile(context, found),
  );
  return [...there, ...heard];
}

function judged(wanted: readonly Wanted[], found: readonly Found[]): readonly Check[] {
  const missing = wanted.filter(({ name }) => !found.some((each) => each.name === name));
  const silent = found.filter(({ enabled, actions }) => !enabled || actions.length === 0);
  if (missing.length + silent.length === 0)
    return [
      pass('alarms', 'configuration', `All ${wanted.length} alarms are there, and their actions are on.`),
    ];
  return [
    ...missing.map(({ name, region }) =>
      fail(
        'alarms',
        'configuration',
        `There is no alarm ${name} in ${region}.`,
        'Deploy: npx cdk deploy --all',
      ),
    ),
    ...silent.map(({ name, region, enabled }) =>
      enabled
        ? fail(
            'alarms',
            'configuration',
            `The alarm ${name} in ${region} tells nobody.`,
            'Deploy: npx cdk deploy --all',
          )
        : fail(
            'alarms',
            'configuration',
            `The actions of the alarm ${name} in ${region} are off.`,
            `aws cloudwatch enable-alarm-actions --region ${region} --alarm-names ${name}`,
          ),
    ),
  ];
}

async function alarmsIn(
  context: Context,
  region: string,
  wanted: readonly Wanted[],
): Promise<readonly Found[]> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await context.clients.cloudwatch(region).send(
    new DescribeAlarmsCommand({
      AlarmNames: wanted.filter((each) => each.region === region).map(({ name }) => name),
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: 100,
    }),
  );
  return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName, ActionsEnabled, AlarmActions }) => ({
    name: AlarmName ?? '',
    region,
    enabled: ActionsEnabled === true,
    actions: AlarmActions ?? [],
  }));
}

/** An alarm whose topic does not reach reconcile is one that nobody hears. */
async function wayToReconcile(context: Context, found: readonly Found[]): Promise<readonly Check[]> {
  const { configuration } = context;
  // Regions that have to be opted in to are reached by EventBridge instead.
  if (isOptIn(configuration.region)) return [];
  const reconcile = functionArn(configuration, 'reconcile');
  const decisive = found.filter(({ name }) => configuration.alarms.some((alarm) => alarm.name === name));
  const topics = [
    ...new Set(decisive.flatMap(({ actions }) => actions.filter((arn) => arn.split(':')[2] === 'sns'))),
  ];
  const reached = await Promise.all(
    topics.map(async (topic) =>
      (await subscriptionsOf(context, topic)).some(({ endpoint }) => endpoint === reconcile),
    ),
  );
  const deaf = topics.filter((_, index) => !reached[index]);
  return deaf.map((topic) =>
    fail(
      'alarm-route',
      'configuration',
      `${topic} does not reach reconcile.`,
      'Deploy: npx cdk deploy --all',
    ),
  );
}

export interface Subscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
}

export async function subscriptionsOf(
  { clients }: Context,
  topicArn: string,
): Promise<readonly Subscription[]> {
  const sns = clients.sns(topicArn.split(':')[3]!);
  const found: Subscription[] = [];
  let NextToken: string | undefined;
  do {
    const page = await sns.send(
      new ListSubscriptionsByTopicCommand({
        TopicArn: topicArn,
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of page.Subscriptions ?? []) {
      found.push({ protocol: Protocol, endpoint: Endpoint, confirmed: SubscriptionArn.startsWith('arn:') });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}
