import { describe, expect, it } from '@jest/globals';
import { adopted } from '../../functions/ledger/adoption.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { everyState, faultsOf } from './every-state.ts';
import { A, B, exampleConfiguration, having, inSync, moment, withSite } from './example.ts';

const configuration = exampleConfiguration();
const NOW = moment(0);
const checkVersions = { [A]: 5, [B]: 3 };

const adopt = (before: Ledger | null, serving = A, passiveTrust: 'in-sync' | 'suspect' = 'suspect') =>
  adopted(configuration, { serving, passiveTrust, checkVersions }, before, NOW);

describe('adopting a deployment', () => {
  it('that has no ledger calls the passive site suspect, until it is settled or vouched for', () => {
    expect(adopt(null).sites[B]!.trust).toBe('suspect');
    expect(adopt(null, A, 'in-sync').sites[B]!.trust).toBe('in-sync');
    expect(adopt(null)).toMatchObject({
      revision: 1,
      serving: A,
      automation: { armed: true },
      checkVersions,
    });
  });

  it('leaves a valid ledger, whatever stood in it before', () => {
    const faults = [...everyState()].flatMap((before) =>
      faultsOf(adopt(before, before.serving)).map((fault) => [fault, before]),
    );
    expect(faults).toEqual([]);
  });

  it('raises no trust: what is stale or suspect in the ledger stays so', () => {
    const stale = withSite(inSync(), B, { trust: 'stale', isolated: true, takeOfflineIssued: true });
    expect(adopt(stale).sites[B]).toEqual(stale.sites[B]);
    expect(adopt(withSite(inSync(), B, { trust: 'suspect' })).sites[B]!.trust).toBe('suspect');
    expect(adopt(withSite(inSync(), B, { trust: 'resyncing', contained: true })).sites[B]).toMatchObject({
      trust: 'stale',
      contained: false,
    });
    expect(adopt(inSync()).sites[B]!.trust).toBe('in-sync');
  });

  it('has a stale site proven offline, and cut off, anew where it ends the failover that had yet to do so', () => {
    const ending = (workflow: 'failover' | 'switchover', change: object = {}, cut = true) => {
      const operation = { workflow, owner: 'x', epoch: 12, startedAt: moment(-20) };
      const stale = { trust: 'stale', isolated: true, bridgeCut: true, ...change } as const;
      const before = withSite({ ...inSync(), operation }, B, stale);
      const { bridgeCut } = configuration;
      const configured = { ...configuration, bridgeCut: { ...bridgeCut, enabled: cut } };
      const adoption = { serving: A, passiveTrust: 'suspect', checkVersions } as const;
      return adopted(configured, adoption, before, moment(0)).sites[B]!.isolated;
    };
    expect(ending('failover')).toBe(false);
    expect(ending('failover', { contained: true })).toBe(true);
    expect(ending('failover', {}, false)).toBe(true);
    expect(ending('switchover')).toBe(true);
  });

  it('goes on from the epoch and the revision of before, so that nothing older takes effect', () => {
    const before = { ...inSync(), revision: 40, epoch: 12 };
    expect(adopt(before)).toMatchObject({ revision: 41, epoch: 13, operation: null, approval: null });
  });

  it('keeps what a person disarmed, what fires, and a loss that is still to be acted on', () => {
    const before = having(
      inSync(),
      moment(-60),
      { type: 'disarmed', until: null, why: 'maintenance' },
      {
        type: 'alert-firing',
        fingerprint: 'one',
        alert: { kind: 'left-cross-site-view', site: B, since: moment(-90) },
      },
      { type: 'passive-site-left', passive: B, reason: 'the view' },
    );
    const { automation, firingAlerts, pending } = adopt(before);
    expect({ automation, firingAlerts, pending }).toEqual({
      automation: before.automation,
      firingAlerts: before.firingAlerts,
      pending: before.pending,
    });
    expect(adopt(before, A, 'in-sync').pending).toBeNull();
    expect(adopt(before, B).pending).toBeNull();
  });

  it('takes the pods of sites that are vouched for as they are now, and else as they were seen', () => {
    const pods = { dataGridSeen: moment(-60), dataGridTrusted: moment(-900) };
    const before = withSite(withSite(inSync(), A, pods), B, pods);
    const none = { dataGridSeen: null, dataGridTrusted: null };
    // A restart that readiness has not seen yet is still to be seen, also of the site that is to serve from now on.
    expect(adopt(before).sites).toMatchObject({ [A]: pods, [B]: pods });
    expect(adopt(before, B).sites).toMatchObject({ [A]: pods, [B]: pods });
    expect(adopt(before, A, 'in-sync').sites).toMatchObject({ [A]: none, [B]: none });
  });

  it('leaves a serving site that is suspect as it is, unless a person vouches for what it holds', () => {
    const pods = { dataGridSeen: moment(-60), dataGridTrusted: moment(-900) };
    const before = withSite(inSync(), A, { ...pods, trust: 'suspect', trustAt: moment(-50) });
    expect(adopt(before).sites[A]).toMatchObject({ ...pods, trust: 'suspect', trustAt: moment(-50) });
    expect(adopt(before, A, 'in-sync').sites[A]).toMatchObject({ trust: 'in-sync', dataGridSeen: null });
  });

  it('keeps the original sizes of Keycloak', () => {
    const before = having(inSync(), moment(-60), { type: 'keycloak-size-seen', site: B, instances: 3 });
    expect(adopt(before, A, 'in-sync').sites[B]!.keycloakInstances).toBe(3);
  });

  const unknown = {
    reachability: 'reachable',
    reachabilityAt: NOW,
    trustAt: NOW,
    contained: false,
    takeOfflineIssued: false,
    isolated: false,
    bridgeCut: false,
    bridgeAt: null,
    keycloakInstances: null,
    dataGridSeen: null,
    dataGridTrusted: null,
    unansweredClear: null,
  };

  it('that has no ledger knows of nothing that nobody said', () => {
    expect(adopt(null)).toEqual({
      deployment: 'sso',
      schema: 1,
      revision: 1,
      epoch: 1,
      changedAt: NOW,
      serving: A,
      sites: { [A]: { ...unknown, trust: 'in-sync' }, [B]: { ...unknown, trust: 'suspect' } },
      operation: null,
      pending: null,
      automation: { armed: true, disarmedUntil: null, disarmedAt: null, why: null },
      checkVersions,
      checkPositions: {},
      checkPositionsOf: checkVersions,
      lastAutomaticMoveAt: null,
      moveAcknowledged: false,
      approval: null,
      firingAlerts: {},
      paged: {},
      history: [],
    });
  });

  it('knows of nothing of a site that the ledger of before calls by another name', () => {
    const { [B]: renamed, ...others } = inSync().sites;
    const before: Ledger = { ...inSync(), sites: { ...others, 'site-old': renamed! } as Ledger['sites'] };
    expect(adopt(before).sites[B]).toEqual({ ...unknown, trust: 'suspect' });
    expect(Object.keys(adopt(before).sites)).toEqual([A, B]);
  });

  it('keeps what the ledger of before knows, and forgets what runs and what on-call was told', () => {
    const clear = { batch: 'failover-clear-1', at: moment(-30) };
    const site = { bridgeCut: true, bridgeAt: moment(-40), keycloakInstances: 3, unansweredClear: clear };
    const moving = having(
      withSite(withSite(inSync(), A, site), B, site),
      moment(-60),
      { type: 'paged', about: 'one' },
      { type: 'operation-claimed', workflow: 'switchover', owner: 'x' },
      { type: 'operation-released', owner: 'x', result: 'succeeded', detail: 'done' },
    );
    const before = { ...moving, lastAutomaticMoveAt: moment(-900), moveAcknowledged: true };
    const vouched = adopt(before, A, 'in-sync');
    expect(vouched).toMatchObject({
      lastAutomaticMoveAt: moment(-900),
      moveAcknowledged: true,
      history: before.history,
      sites: {
        [A]: { ...unknown, ...site, trust: 'in-sync' },
        [B]: { ...unknown, ...site, trust: 'in-sync' },
      },
    });
    expect(vouched.paged).toEqual({});
    expect(adopt(before).sites).toEqual({
      [A]: { ...before.sites[A], reachabilityAt: NOW },
      [B]: before.sites[B],
    });
  });

  it('calls in sync no site whose ledger is not of now: another one serves, or Route 53 says so', () => {
    const before = inSync();
    const doubted = { ...before.sites[A]!, trust: 'suspect', trustAt: NOW };
    expect(adopt(before, B).sites[A]).toEqual(doubted);
    const contradicted = adopted(
      configuration,
      { serving: A, passiveTrust: 'suspect', checkVersions, contradicted: true },
      before,
      NOW,
    );
    expect(contradicted.sites[B]).toEqual({ ...before.sites[B]!, trust: 'suspect', trustAt: NOW });
    const stale = withSite(before, A, { trust: 'stale', isolated: true });
    expect(adopt(stale, B).sites[A]).toEqual(stale.sites[A]);
  });

  it('ends a resync that nobody carries on, with nothing of it proven', () => {
    const before = withSite(inSync(), B, { trust: 'resyncing', isolated: true, contained: true });
    expect(adopt(before).sites[B]).toEqual({
      ...before.sites[B]!,
      trust: 'stale',
      trustAt: NOW,
      isolated: false,
      contained: false,
    });
  });

  it('does not call the serving site suspect for what the other one lost', () => {
    const suspect = (site: typeof A, reachability: 'reachable' | 'unreachable' = 'unreachable') =>
      withSite(inSync(), site, { trust: 'suspect', reachability });
    expect(adopt(suspect(A)).sites[A]).toEqual({
      ...suspect(A).sites[A]!,
      reachability: 'reachable',
      reachabilityAt: NOW,
    });
    expect(adopt(suspect(B), B).sites[B]).toEqual({ ...unknown, trust: 'in-sync' });
    expect(adopt(withSite(inSync(), A, { trust: 'stale' })).sites[A]).toEqual({
      ...unknown,
      trust: 'in-sync',
    });
  });
});
