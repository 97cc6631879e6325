import { GetHealthCheckCommand, type Route53Client } from '@aws-sdk/client-route-53';
import { describe, expect, it } from '@jest/globals';
import { inMemoryClient } from '../../../lab/aws/in-memory-client.ts';
import { repeatingClient } from '../../../lab/aws/repeating-client.ts';
import { RequestLimit } from '../../../lab/aws/route-53/request-limit.ts';
import { onVirtualTime } from '../../../lab/simulated/virtual-time.ts';
import { twoSites } from './two-sites.ts';

/** Each wait is as long as it can be. */
const LONGEST = () => 1;
const question = (HealthCheckId = 'switch-site-a') => new GetHealthCheckCommand({ HealthCheckId });

/** A client whose Route 53 others have used up for so long, and when each request arrived there, in seconds. */
function usedUpFor(seconds: number, maxAttempts: number) {
  const began = Date.now();
  const arrivals: number[] = [];
  const limit = new RequestLimit();
  limit.useUp(seconds * 1000);
  const inner = inMemoryClient<Route53Client>(twoSites().service, {
    before: (call) => {
      arrivals.push((Date.now() - began) / 1000);
      limit.before(call);
    },
  });
  return { client: repeatingClient(inner, { maxAttempts, random: LONGEST }), arrivals };
}

describe('a client that repeats what is throttled', () => {
  it('waits longer each time, twenty seconds at most, until Route 53 answers', () =>
    onVirtualTime(async () => {
      const { client, arrivals } = usedUpFor(60, 8);
      await expect(client.send(question())).resolves.toMatchObject({
        HealthCheck: { Id: 'switch-site-a' },
      });
      expect(arrivals).toEqual([0, 1, 3, 7, 15, 31, 51, 71]);
    }));

  it('gives up after as many attempts as it has', () =>
    onVirtualTime(async () => {
      const { client, arrivals } = usedUpFor(60, 4);
      await expect(client.send(question())).rejects.toMatchObject({ name: 'Throttling' });
      expect(arrivals).toEqual([0, 1, 3, 7]);
    }));

  it('repeats nothing else', () =>
    onVirtualTime(async () => {
      const { client, arrivals } = usedUpFor(0, 8);
      await expect(client.send(question('none'))).rejects.toMatchObject({ name: 'NoSuchHealthCheck' });
      expect(arrivals).toEqual([0]);
    }));

  it('asks for nothing any more once the process that asked has ended', () =>
    onVirtualTime(async () => {
      const { client, arrivals } = usedUpFor(60, 8);
      const process = new AbortController();
      setTimeout(() => process.abort(), 10_000);
      await expect(client.send(question(), { abortSignal: process.signal })).rejects.toMatchObject({
        name: 'AbortError',
      });
      expect(arrivals).toEqual([0, 1, 3, 7]);
    }));
});
