import type { PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { NotModelledError, type Service } from './service.ts';

export interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  /** ISO 8601. */
  readonly time: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

const AT_ONCE = 10;
const LARGEST_BYTES = 262_144;

/**
 * EventBridge's default bus: keeps what is put, and refuses what is too much or too large.
 * Not modelled: rules and targets, other buses, resources and trace headers, delivery.
 */
export class EventBus {
  readonly events: BusEvent[] = [];
  readonly service: Service = {
    name: 'EventBridge',
    operations: { PutEvents: (input: PutEventsCommandInput) => this.#put(input) },
  };

  #put({ Entries = [], ...rest }: PutEventsCommandInput) {
    if (Object.values(rest).some((value) => value !== undefined))
      throw new NotModelledError('PutEvents to an endpoint');
    if (Entries.length === 0 || Entries.length > AT_ONCE)
      throw new NotModelledError(`PutEvents with ${Entries.length} entries, which EventBridge refuses`);
    const size = Entries.reduce((sum, { Detail = '' }) => sum + Buffer.byteLength(Detail), 0);
    if (size > LARGEST_BYTES)
      throw new NotModelledError(`PutEvents of ${size} bytes, which EventBridge refuses`);
    for (const { Source, DetailType, Detail, Time } of Entries) {
      this.events.push({
        source: Source!,
        'detail-type': DetailType!,
        time: momentOf(Time).toISOString(),
        detail: JSON.parse(Detail!),
      });
    }
    return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: `event-${index}` })) };
  }
}

/** From a client in this process a date, over the wire seconds since the epoch. */
const momentOf = (time: unknown): Date =>
  typeof time === 'number' ? new Date(time * 1000) : new Date(time as Date);
