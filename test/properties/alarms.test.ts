import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Nudges, readAlarmEvent } from '../../functions/reconcile/alarm-events.ts';
import { MalformedEventError } from '../../functions/shared/errors.ts';
import { exampleConfiguration } from '../ledger/example.ts';
import { sample } from '../reconcile/samples.ts';
import { altered } from './altered.ts';

const configuration = exampleConfiguration();
const samples = readdirSync(new URL('../../events/', import.meta.url))
  .filter((file) => /^(sns|lambda|eventbridge)-.*\.json$/.test(file))
  .map((file) => sample(file.replace('.json', '')));

/** Through SNS an alarm is a text within the event: altered within, and written down again. */
interface Message {
  readonly Records: readonly { readonly Sns: { readonly Message: string } }[];
}
const opened = (event: unknown): unknown => {
  const { Records } = event as Partial<Message>;
  if (Records === undefined) return event;
  return { Records: Records.map(({ Sns }) => ({ Sns: { Message: JSON.parse(Sns.Message) as unknown } })) };
};
const closed = (event: unknown): unknown => {
  const records = (event as Partial<Message> | null)?.Records;
  if (!Array.isArray(records)) return event;
  return {
    Records: records.map((record: Message['Records'][number] | null) =>
      typeof record?.Sns?.Message === 'object'
        ? { Sns: { Message: JSON.stringify(record.Sns.Message) } }
        : record,
    ),
  };
};
const event = fc.oneof(...samples.map((each) => altered(opened(each)).map(closed)));

const read = (given: unknown): Nudges | null => {
  try {
    return readAlarmEvent(given, configuration);
  } catch (error) {
    if (!(error instanceof MalformedEventError)) throw error;
    return null;
  }
};

/** Every text that stands anywhere in it, also within a text that is JSON itself. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') {
    try {
      const inner: unknown = JSON.parse(value);
      return typeof inner === 'object' ? [value, ...textsIn(inner)] : [value];
    } catch {
      return [value];
    }
  }
  return value === null || typeof value !== 'object' ? [] : Object.values(value).flatMap(textsIn);
}

describe('an event that nearly is an alarm', () => {
  it('is read or refused by name, whatever is wrong with it', () => {
    fc.assert(
      fc.property(fc.oneof(event, fc.jsonValue()), (given) => {
        const nudges = read(given);
        for (const { at, source } of nudges?.sightings ?? []) {
          expect(new Date(at).toISOString()).toBe(at);
          expect(source).not.toBe('');
        }
      }),
      { numRuns: 3_000, seed: 20_260_110 },
    );
  });

  it('is a sighting only where its own words say so: in ALARM, by a name and about a site that are configured', () => {
    fc.assert(
      fc.property(event, (given) => {
        const texts = textsIn(given);
        for (const { kind, site, source, fingerprint } of read(given)?.sightings ?? []) {
          if (fingerprint === undefined) {
            const alarm = configuration.alarms.find(({ name }) => source === `alarm ${name}`);
            expect(alarm).toMatchObject({ kind, site });
            expect(texts).toEqual(expect.arrayContaining(['ALARM', alarm!.name]));
          } else {
            expect(texts).toEqual(expect.arrayContaining(['firing', 'SiteOffline', site, fingerprint]));
          }
        }
      }),
      { numRuns: 3_000, seed: 20_260_111 },
    );
  });

  it('is over only where its own words say so', () => {
    fc.assert(
      fc.property(event, (given) => {
        for (const fingerprint of read(given)?.resolved ?? []) {
          expect(textsIn(given)).toEqual(expect.arrayContaining(['resolved', fingerprint]));
        }
      }),
      { numRuns: 1_000, seed: 20_260_112 },
    );
  });
});
