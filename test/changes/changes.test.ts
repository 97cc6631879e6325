import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { createChanges } from '../../functions/changes/changes.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { EventBus } from '../../lab/aws/event-bus.ts';
import { inMemoryClient } from '../../lab/aws/in-memory-client.ts';
import { type Faults, ServiceFault } from '../../lab/aws/service.ts';
import { exampleConfiguration, inSync, moment } from '../ledger/example.ts';
import { TURNS } from './story.ts';

process.env['FAILOVER_LOG'] = 'silent';

const image = (ledger: Ledger | object) => marshall(ledger, { removeUndefinedValues: true });

/** As DynamoDB's stream carries a write; the moment is in whole seconds. */
const written = (before: object | null, after: object | null, sequence: string, second = 12) => ({
  eventID: `id-${sequence}`,
  eventName: before === null ? 'INSERT' : after === null ? 'REMOVE' : 'MODIFY',
  eventSource: 'aws:dynamodb',
  awsRegion: 'eu-central-1',
  dynamodb: {
    ApproximateCreationDateTime: Date.parse(moment(second)) / 1000,
    Keys: { deployment: { S: 'sso' } },
    SequenceNumber: sequence,
    ...(before === null ? {} : { OldImage: image(before) }),
    ...(after === null ? {} : { NewImage: image(after) }),
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
});
const { lost, claimed, released } = TURNS;
const STORY = [
  written(lost.before, lost.after, '100'),
  written(claimed.before, claimed.after, '200'),
  written(released.before, released.after, '300'),
];

function listening(faults: Faults = {}) {
  const bus = new EventBus();
  const changes = createChanges({
    configuration: exampleConfiguration(),
    now: () => new Date(moment(99)),
    eventbridge: inMemoryClient<EventBridgeClient>(bus.service, faults),
  });
  return {
    bus,
    told: () => bus.events.map((event) => event['detail-type']),
    hears: (...Records: readonly unknown[]) => changes({ Records }),
  };
}
const ALL = [
  'Serving Site Changed',
  'Site Reachability Changed',
  'Operation Claimed',
  'Site Trust Changed',
  'Operation Released',
];

describe('the stream of the ledger', () => {
  it('becomes events in the order of the writes, with the moment of each', async () => {
    const { hears, told, bus } = listening();
    expect(await hears(...STORY)).toEqual({ batchItemFailures: [] });
    expect(told()).toEqual(ALL);
    expect(bus.events[0]).toMatchObject({
      source: 'keycloak.multi-site-failover',
      time: moment(12),
      detail: { at: moment(12), deployment: 'sso', revision: 2, epoch: 2 },
    });
  });

  it('with a record that nobody can read goes on with the others', async () => {
    const { hears, told } = listening();
    const broken = [
      null,
      { eventName: 'MODIFY' },
      { ...STORY[0], dynamodb: { ...STORY[0]!.dynamodb, NewImage: { deployment: { X: 1 } } } },
      { ...STORY[0], dynamodb: { ...STORY[0]!.dynamodb, NewImage: 'x' } },
    ];
    expect(await hears(STORY[0], ...broken, STORY[1], STORY[2])).toEqual({ batchItemFailures: [] });
    expect(told()).toEqual(ALL);
  });

  it.each([
    ['an item that is no ledger', written(null, { deployment: 'sso', note: 'x' }, '1')],
    ['a ledger of another deployment', written(null, { ...inSync(), deployment: 'other' }, '1')],
    ['a ledger of a version to come', written(inSync(), { ...lost.after, schema: 2 }, '1')],
    ['the first write over a version of before', written({ ...inSync(), schema: 0 }, lost.after, '1')],
    ['the removal of the ledger', written(lost.after, null, '1')],
  ])('says nothing of %s', async (_, record) => {
    const { hears, told } = listening();
    expect(await hears(record)).toEqual({ batchItemFailures: [] });
    expect(told()).toEqual([]);
  });

  it('is delivered again from the change on that EventBridge did not take, so that the order stays', async () => {
    let calls = 0;
    const { hears, told } = listening({
      before: () => {
        if (++calls === 2) throw new ServiceFault('InternalException', 'no', 500);
      },
    });
    const outcome = await hears(...STORY);
    expect(outcome).toEqual({ batchItemFailures: [{ itemIdentifier: '200' }] });
    expect(told()).toEqual(ALL.slice(0, 2));
    await hears(...STORY.slice(1));
    expect(told()).toEqual(ALL);
  });

  it('without its moment has that of its delivery', async () => {
    const { hears, bus } = listening();
    const { ApproximateCreationDateTime: _, ...dynamodb } = STORY[0]!.dynamodb;
    await hears({ ...STORY[0], dynamodb });
    expect(bus.events[0]?.time).toBe(moment(99));
  });

  it('that is none is refused', async () => {
    const { hears } = listening();
    expect(await hears()).toEqual({ batchItemFailures: [] });
    const changes = createChanges({
      configuration: exampleConfiguration(),
      now: () => new Date(),
      eventbridge: inMemoryClient<EventBridgeClient>(new EventBus().service),
    });
    await expect(changes({})).rejects.toThrow(/input of changes.*"Records" is missing/);
  });
});
