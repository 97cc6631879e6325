import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES } from '../../functions/shared/product-events.ts';
import { type Json, sample } from '../reconcile/samples.ts';
import { failedOver } from '../report/on-duty.ts';
import { TURNS, told } from './story.ts';

const FOLDER = new URL('../../events/product/', import.meta.url);
const FILES = readdirSync(FOLDER).map((file) => file.slice(0, -'.json'.length));
const AT = '2026-01-05T12:00:12.000Z';

/** As EventBridge compares: each field that a pattern names has one of the values. */
const picks = (pattern: Json, event: Json): boolean =>
  Object.entries(pattern).every(([field, wanted]) =>
    Array.isArray(wanted)
      ? wanted.includes(event[field])
      : picks(wanted as Json, (event[field] ?? {}) as Json),
  );

const fileOf = (type: string) => type.toLowerCase().replaceAll(' ', '-');

describe('the samples of what the product tells others', () => {
  it('are one of each', () => {
    expect(FILES.sort()).toEqual(EVENT_TYPES.map(fileOf).sort());
  });

  it.each(EVENT_TYPES.filter((type) => type !== 'Workflow Ended'))('%s is what is put', (type) => {
    const turn = Object.values(TURNS).filter(({ before }) => before !== null);
    const change = turn.flatMap(told).find((each) => each.type === type)!;
    const event = sample(`product/${fileOf(type)}`);
    expect(event).toMatchObject({ source: 'keycloak.multi-site-failover', 'detail-type': type, time: AT });
    expect(event['detail']).toEqual({ ...change.detail, at: AT });
  });

  it('are what the patterns of the guide pick', () => {
    const guide = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
    const patterns = [...guide.matchAll(/```json\n(.*?)```/gs)].map(([, text]) => JSON.parse(text!) as Json);
    const picked = patterns.map((pattern) =>
      FILES.filter((file) => picks(pattern, sample(`product/${file}`))).sort(),
    );
    expect(picked).toEqual([['operation-released', 'serving-site-changed'], ['operation-claimed']]);
  });

  it('Workflow Ended is the report of the operation', async () => {
    const person = await failedOver();
    const [event] = person.bus.events;
    expect(sample('product/workflow-ended')).toMatchObject({ ...event, 'detail-type': 'Workflow Ended' });
  });
});
