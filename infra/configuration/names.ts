import type { DeploymentConfiguration } from './schema.ts';

/** What a name or an ARN is made of. */
export type Place = Pick<DeploymentConfiguration, 'deployment' | 'region' | 'accountId'>;

/** Where health-check metrics are, and so the alarms on them. */
export const HEALTH_CHECK_REGION = 'us-east-1';

/** Names are fixed, so that one stack can speak of another's resources in another region without a reference. */
export const nameOf = ({ deployment }: Pick<Place, 'deployment'>, what: string): string =>
  `${deployment}-${what}`;

export const endpointAlarmName = (place: Place, site: string): string => nameOf(place, `${site}-endpoint`);

export const endpointAlarmArn = (place: Place, site: string): string =>
  `arn:aws:cloudwatch:${HEALTH_CHECK_REGION}:${place.accountId}:alarm:${endpointAlarmName(place, site)}`;

export const viewAlarmName = (place: Place, site: string): string => nameOf(place, `${site}-left-view`);

export const functionArn = (place: Place, name: string): string =>
  `arn:aws:lambda:${place.region}:${place.accountId}:function:${nameOf(place, name)}`;

export const machineArn = (place: Place, name: string): string =>
  `arn:aws:states:${place.region}:${place.accountId}:stateMachine:${nameOf(place, name)}`;

export const executionArns = (place: Place, machine: string): string =>
  `arn:aws:states:${place.region}:${place.accountId}:execution:${nameOf(place, machine)}:*`;

export const reportsTableArn = (place: Place): string =>
  `arn:aws:dynamodb:${place.region}:${place.accountId}:table/${nameOf(place, 'reports')}`;

export const ledgerStreamArns = (place: Place): string =>
  `arn:aws:dynamodb:${place.region}:${place.accountId}:table/${nameOf(place, 'ledger')}/stream/*`;

/** Where AWS itself says what happened, and others listen. */
export const defaultBusArn = (place: Place): string =>
  `arn:aws:events:${place.region}:${place.accountId}:event-bus/default`;

/** Alarms in us-east-1 are published there, and reach reconcile in the sites' region. */
export const endpointTopicArn = (place: Place): string =>
  `arn:aws:sns:${HEALTH_CHECK_REGION}:${place.accountId}:${nameOf(place, 'endpoint-alarms')}`;

export const onCallTopicArn = (place: Place): string =>
  `arn:aws:sns:${place.region}:${place.accountId}:${nameOf(place, 'on-call')}`;

export const alarmBusArn = (place: Place): string =>
  `arn:aws:events:${place.region}:${place.accountId}:event-bus/${nameOf(place, 'alarms')}`;

/**
 * Regions that an account has to opt in to. SNS does not deliver to them from a default region, EventBridge does.
 */
const OPT_IN = new Set([
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
]);

export const isOptIn = (region: string): boolean => OPT_IN.has(region);
