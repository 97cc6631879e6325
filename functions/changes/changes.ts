import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as v from 'valibot';
import type { Ledger } from '../ledger/ledger.ts';
import type { Edge } from '../shared/edge.ts';
import { parseInput } from '../shared/input.ts';
import { log } from '../shared/log.ts';
import { type Instant, instant } from '../shared/names.ts';
import { type ProductEvent, publish } from '../shared/product-events.ts';
import { changesOf } from './changes-of.ts';

/** What Lambda takes from a function that reads a stream: from the first of these on it delivers again. */
export interface ChangesOutcome {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

const streamEvent = v.object({ Records: v.array(v.unknown()) });

const record = v.object({
  eventName: v.picklist(['INSERT', 'MODIFY', 'REMOVE']),
  dynamodb: v.object({
    SequenceNumber: v.string(),
    ApproximateCreationDateTime: v.optional(v.number()),
    OldImage: v.optional(v.record(v.string(), v.unknown())),
    NewImage: v.optional(v.record(v.string(), v.unknown())),
  }),
});

/** What the events are made of. A ledger that says it has this form has it: only the product writes it. */
const ledgerItem = v.looseObject({
  deployment: v.string(),
  schema: v.literal(1),
  revision: v.number(),
  epoch: v.number(),
  changedAt: v.string(),
  serving: v.string(),
  sites: v.record(v.string(), v.looseObject({ trust: v.string(), reachability: v.string() })),
  operation: v.nullable(v.looseObject({ owner: v.string() })),
  pending: v.nullable(v.looseObject({ epoch: v.number() })),
  automation: v.looseObject({ armed: v.boolean() }),
  approval: v.nullable(v.looseObject({ owner: v.string() })),
  history: v.array(v.looseObject({ owner: v.string() })),
});

/**
 * Called with the stream of the ledger's table: puts each change of meaning on the event bus. A record that can't be
 * read is logged and left, since it would block all that come after it; one that EventBridge does not take comes again
 * with those after it, so that the order stays.
 */
export function createChanges(
  edge: Pick<Edge, 'configuration' | 'now' | 'eventbridge'>,
): (event: unknown) => Promise<ChangesOutcome> {
  const { deployment } = edge.configuration;

  function eventsIn(raw: unknown): readonly ProductEvent[] {
    const parsed = v.safeParse(record, raw);
    if (!parsed.success) {
      const issues = parsed.issues.map(({ message }) => message);
      log('error', 'a record of the stream has no known form and is left out', { issues });
      return [];
    }
    const { OldImage, NewImage, ApproximateCreationDateTime } = parsed.output.dynamodb;
    // Removed: by a person, who is told by all that needs a ledger.
    if (NewImage === undefined) return [];
    try {
      const after = ledgerIn(NewImage);
      if (after === null || after.deployment !== deployment) return [];
      const before = OldImage === undefined ? null : ledgerIn(OldImage);
      // Written by another version: what it meant is not known, so neither is what changed.
      if (before === null && OldImage !== undefined) return [];
      const at = momentOf(ApproximateCreationDateTime) ?? instant(edge.now());
      return changesOf(before, after).map(({ type, detail }) => ({ type, at, detail: { ...detail, at } }));
    } catch (error) {
      log('error', 'a record of the stream could not be read and is left out', { cause: String(error) });
      return [];
    }
  }

  return async (event) => {
    const { Records } = parseInput('changes', streamEvent, event);
    for (const raw of Records) {
      try {
        await publish(edge, eventsIn(raw));
      } catch (error) {
        const itemIdentifier = sequenceNumberOf(raw);
        log('warn', 'changes could not be put on the event bus', { itemIdentifier, cause: String(error) });
        return { batchItemFailures: [{ itemIdentifier }] };
      }
    }
    return { batchItemFailures: [] };
  };
}

/** @returns null for an item that is no ledger of this version */
function ledgerIn(image: Readonly<Record<string, unknown>>): Ledger | null {
  const item: unknown = unmarshall(image as Record<string, AttributeValue>);
  return v.is(ledgerItem, item) ? (item as unknown as Ledger) : null;
}

/** Whole seconds, as streams give it. */
const momentOf = (seconds: number | undefined): Instant | null =>
  seconds === undefined ? null : instant(new Date(seconds * 1000));

/** Known of every record that had events. */
const sequenceNumberOf = (raw: unknown): string => v.parse(record, raw).dynamodb.SequenceNumber;
