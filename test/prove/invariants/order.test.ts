import { describe, expect, it } from '@jest/globals';
import { SITE_A } from '../../../lab/configuration.ts';
import type { Holder } from '../../../lab/prove/invariants/holder.ts';
import {
  checkOrder,
  checkReplay,
  type Invocation,
  WrittenInOrder,
} from '../../../lab/prove/invariants/order.ts';
import { broken } from './quiet-stage.ts';

describe('the order of what is written', () => {
  it('finds what was decided earlier and is written over what was decided later', async () => {
    const written = (order: (watch: WrittenInOrder) => void) =>
      broken(async ({ eyes }) => order(new WrittenInOrder(eyes)));
    const check = (...epochs: number[]) =>
      written((watch) => {
        for (const epoch of epochs) watch.check(SITE_A, epoch, 'reconcile');
      });
    expect(await check(4, 5, 4)).toEqual(['monotonic']);
    expect(await check(4, 4, 5)).toEqual([]);
    const ledger = (...revisions: [revision: number, text: string][]) =>
      written((watch) => {
        for (const [revision, text] of revisions) watch.ledger(revision, text, 'reconcile');
      });
    expect(await ledger([7, 'one'], [7, 'another'])).toEqual(['monotonic']);
    expect(await ledger([7, 'one'], [7, 'one'], [8, 'another'])).toEqual([]);
  });

  it('finds whoever acts without having looked, or although the ledger has moved on', async () => {
    const call = {
      caller: 'keycloak',
      service: 'Kubernetes',
      operation: 'setKeycloakInstances',
      site: SITE_A,
      input: [],
    } as const;
    const token = { epoch: 4, owner: 'arn:aws:states:x:1:execution:keycloak-contain:one' };
    const mine = { epoch: 4, owner: token.owner };
    const acting = (
      known: Invocation['known'],
      stands: Holder = mine,
      redriveCount = 0,
      since: string | null = 'keycloak: readKeycloak at site-a',
    ) =>
      broken(async ({ eyes, world }) => {
        const { engine } = world.installation;
        const listExecutions = () => [{ executionArn: token.owner, redriveCount }];
        const installation = { ...world.installation, engine: { ...engine, listExecutions } };
        checkOrder(
          call,
          { caller: 'keycloak', token, known, since, dead: false, again: null },
          {
            ...eyes,
            holder: () => stands,
            world: { ...world, installation } as unknown as typeof world,
          },
        );
      });
    expect(await acting(null)).toEqual(['monotonic']);
    expect(await acting({ epoch: 5, owner: null })).toEqual(['monotonic']);
    expect(await acting(mine)).toEqual([]);
    // Something was decided between the look and the call; a decision of its own it knows.
    expect(await acting(mine, { epoch: 5, owner: null })).toEqual(['monotonic']);
    expect(await acting(mine, { epoch: 5, owner: token.owner })).toEqual(['monotonic']);
    expect(await acting({ ...mine, epoch: 5 }, { ...mine, epoch: 5 })).toEqual([]);
    // Nobody can look later than right before.
    expect(await acting(mine, { epoch: 5, owner: null }, 0, null)).toEqual([]);
    // An execution that was redriven.
    expect(await acting({ epoch: 5, owner: null }, mine, 1)).toEqual(['redrive']);
    expect(await acting(mine, { epoch: 5, owner: null }, 1)).toEqual(['redrive']);
  });

  it('finds an alarm that comes again and decides, where something was decided since it went off', async () => {
    const replayed = (again: number | null, decidedAt: number, couldServe = true) =>
      broken(async ({ eyes }) => {
        const known = { owner: null, epoch: 1 };
        const invocation = {
          caller: 'reconcile',
          token: null,
          known,
          since: null,
          dead: false,
          again,
        } as const;
        checkReplay(invocation, decidedAt, { ...eyes, couldServe: () => couldServe });
      });
    expect(await replayed(5, 6)).toEqual(['replay']);
    expect(await replayed(5, 5)).toEqual([]);
    expect(await replayed(null, 6)).toEqual([]);
    expect(await replayed(5, 6, false)).toEqual([]);
  });
});
