import { SFNClient } from '@aws-sdk/client-sfn';

export const client = (region: string): SFNClient => new SFNClient({ region });
