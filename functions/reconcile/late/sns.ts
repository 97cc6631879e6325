import { SNSClient } from '@aws-sdk/client-sns';

export const client = (region: string): SNSClient => new SNSClient({ region });
