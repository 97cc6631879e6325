import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Edge } from './edge.ts';
import { TransientError } from './errors.ts';
import type { Instant } from './names.ts';

/** What others can build on: each change of meaning, on the account's default event bus. */
const PRODUCT_SOURCE = 'keycloak.multi-site-failover';

export const EVENT_TYPES = [
  'Serving Site Changed',
  'Site Trust Changed',
  'Site Reachability Changed',
  'Operation Claimed',
  'Operation Released',
  'Approval Asked',
  'Approval Answered',
  'Automation Changed',
  'Workflow Ended',
] as const;

export interface ProductEvent {
  readonly type: (typeof EVENT_TYPES)[number];
  readonly at: Instant;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** EventBridge takes ten at a time. */
const AT_ONCE = 10;

/** @throws TransientError when EventBridge took not all of them: some were put, so a subscriber can get one twice */
export async function publish(
  edge: Pick<Edge, 'eventbridge'>,
  events: readonly ProductEvent[],
): Promise<void> {
  for (let from = 0; from < events.length; from += AT_ONCE) {
    const { FailedEntryCount, Entries } = await edge.eventbridge.send(
      new PutEventsCommand({
        Entries: events.slice(from, from + AT_ONCE).map(({ type, at, detail }) => ({
          Source: PRODUCT_SOURCE,
          DetailType: type,
          Time: new Date(at),
          Detail: JSON.stringify(detail),
        })),
      }),
    );
    if ((FailedEntryCount ?? 0) > 0) {
      const refused = Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
      throw new TransientError(
        `EventBridge did not take ${FailedEntryCount} of the events: ${refused?.ErrorCode}: ${refused?.ErrorMessage}.`,
        'They are put again.',
      );
    }
  }
}
