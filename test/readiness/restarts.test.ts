import { describe, expect, it } from '@jest/globals';
import type { PodSummary } from '../../functions/kubernetes/cluster.ts';
import { noneRestarted } from '../../functions/kubernetes/pod-ages.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { transitions } from '../../functions/ledger/transition.ts';
import { restartEvents } from '../../functions/readiness/restarts.ts';
import { A, B, inSync, moment, withSite } from '../ledger/example.ts';

/** Pods by the moment at which each began; null: it does not run. */
const pods = (...starts: readonly (number | null)[]): readonly PodSummary[] =>
  starts.map((start, index) => ({
    name: `infinispan-${index}`,
    phase: start === null ? 'Pending' : 'Running',
    startedAt: start === null ? null : moment(start),
    ready: start !== null,
    restarts: 0,
  }));

/** What the ledger says after a look at site-a's pods. */
function looked(ledger: Ledger, seconds: number, ...starts: readonly (number | null)[]): Ledger {
  return transitions(ledger, restartEvents(ledger, A, pods(...starts)), moment(seconds)).ledger;
}

/** Trusted since pods of then ran. */
const TRUSTED = withSite(inSync(), A, { trustAt: moment(-600) });
const BEFORE = looked(TRUSTED, 0, -960, -940, -920);

describe('a look at the Data Grid pods of a site in sync', () => {
  it('finds at the first look a Data Grid that restarted whole since somebody vouched for the site', () => {
    expect(looked(TRUSTED, 0, -560, -540, -520).sites[A]!.trust).toBe('suspect');
    expect(looked(TRUSTED, 0, -960, -540, -520).sites[A]!.trust).toBe('in-sync');
  });

  it('takes the restart of one pod for what it is', () => {
    expect(looked(BEFORE, 60, 30, -940, -920).sites[A]!.trust).toBe('in-sync');
    // The oldest one: then all that are left are younger than the oldest was.
    expect(looked(BEFORE, 60, 30, null, -920).sites[A]!.trust).toBe('in-sync');
  });

  it('takes a rolling restart over several minutes for what it is', () => {
    const rolling = [
      [-960, -940, 30],
      [-960, 90, 30],
      [150, 90, 30],
      [150, 90, 30],
    ].reduce((ledger, starts, index) => looked(ledger, 60 * (index + 1), ...starts), BEFORE);
    expect(rolling.sites[A]).toMatchObject({
      trust: 'in-sync',
      dataGridSeen: moment(150),
      dataGridTrusted: moment(150),
    });
  });

  it('suspects it when no pod is left from the look before', () => {
    expect(looked(BEFORE, 60, 30, 31, 35).sites[A]).toMatchObject({
      trust: 'suspect',
      dataGridSeen: moment(35),
      dataGridTrusted: moment(-920),
    });
  });

  it('suspects it too when one of its pods does not come up again', () => {
    expect(looked(BEFORE, 60, 30, null, 35).sites[A]!.trust).toBe('suspect');
  });

  it('says nothing while no pod runs, and finds the restart once one does', () => {
    const down = looked(BEFORE, 60, null, null, null);
    expect(down).toBe(BEFORE);
    expect(looked(down, 120, 90, null, null).sites[A]!.trust).toBe('suspect');
  });

  it('takes the first look for what is trusted', () => {
    expect(looked(TRUSTED, 60, -700).sites[A]).toMatchObject({
      trust: 'in-sync',
      dataGridTrusted: moment(-700),
    });
  });
});

describe('a restart of the whole Data Grid', () => {
  it('of the serving site is said once to have forgotten that the other site is offline', () => {
    const stale = withSite(BEFORE, B, { trust: 'stale', isolated: true });
    const restarted = looked(stale, 60, 30, 31, 35);
    expect(restarted.sites[B]!.isolated).toBe(false);
    const isolated = withSite(restarted, B, { isolated: true });
    expect(looked(isolated, 120, 30, 31, 35)).toBe(isolated);
    expect(looked(isolated, 180, 150, 151, 152).sites[B]!.isolated).toBe(false);
  });

  it('of the stale site is said to have ended its containment', () => {
    const stale = withSite({ ...BEFORE, serving: B }, A, { trust: 'stale', contained: true });
    expect(looked(stale, 60, 30, 31, 35).sites[A]).toMatchObject({ trust: 'stale', contained: false });
    expect(looked(stale, 60, 30, -940, -920).sites[A]!.contained).toBe(true);
  });
});

describe('settling, which needs every pod as it was trusted', () => {
  it('is kept from a site of which one pod restarted, or does not run', () => {
    expect(noneRestarted(pods(-960, -920), moment(-920))).toBe(true);
    expect(noneRestarted(pods(-960, 30), moment(-920))).toBe(false);
    expect(noneRestarted(pods(-960, null), moment(-920))).toBe(false);
    expect(noneRestarted(pods(), moment(-920))).toBe(false);
  });
});
