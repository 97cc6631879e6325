import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';

export const client = (region: string): CloudWatchClient => new CloudWatchClient({ region });
