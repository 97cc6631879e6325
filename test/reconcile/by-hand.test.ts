import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PodSummary } from '../../functions/kubernetes/cluster.ts';
import { restartEvents } from '../../functions/readiness/restarts.ts';
import type { ReconcileOutcome } from '../../functions/reconcile/reconcile.ts';
import { InvalidInputError } from '../../functions/shared/errors.ts';
import { A, B, exampleConfiguration, execution, having, inSync, moment } from '../ledger/example.ts';
import { Incident } from './incident.ts';
import { type Json, sample } from './samples.ts';

let incident: Incident;

beforeEach(async () => {
  incident = await new Incident().begins();
});

const decide = (input: unknown = {}) => incident.step('decide', input);
const promote = (input: unknown) => incident.step('promote-accepting-loss', input);
const adopt = (input: unknown = {}) => incident.step('adopt', input);

function loses(...sites: readonly (typeof A)[]): void {
  const { seconds } = incident;
  incident.seconds = -60;
  for (const site of sites) incident.checks.loses(site);
  incident.seconds = seconds;
}

const provenStale = () =>
  having(
    inSync(),
    moment(-600),
    { type: 'passive-site-left', passive: B, reason: 'the view' },
    { type: 'operation-claimed', workflow: 'failover', owner: execution('failover') },
    { type: 'take-offline-issued', site: B },
    { type: 'isolation-proved', site: B },
    { type: 'operation-released', owner: execution('failover'), result: 'succeeded', detail: '' },
  );

describe('failover started by hand', () => {
  it('has nothing to do when all is well, and says how to name a lost site', async () => {
    expect(await decide()).toMatchObject({
      outcome: 'nothing-to-do',
      reason: expect.stringContaining('lostSite'),
    });
    expect(incident.writes).toEqual([]);
  });

  it('moves when the serving site does not pass, without counting as an automatic move', async () => {
    loses(A);
    expect(await decide()).toMatchObject({ outcome: 'act' });
    expect(await incident.ledger()).toMatchObject({ serving: B, lastAutomaticMoveAt: null });
    expect(incident.checks.answer).toBe(B);
  });

  it('moves away from a site that a person calls lost although it passes', async () => {
    expect(await decide(sample('inputs/failover-of-a-named-site'))).toMatchObject({ outcome: 'act' });
    expect((await incident.ledger()).serving).toBe(B);
  });

  it('moves although automation is disarmed or moved a short while ago', async () => {
    await incident.knows({ type: 'disarmed', until: null, why: 'maintenance' });
    expect(await decide({ lostSite: 'site-a' })).toMatchObject({ outcome: 'act' });
  });

  it('does not move to a site that does not pass', async () => {
    loses(B);
    expect(await decide({ lostSite: 'site-a' })).toMatchObject({
      outcome: 'not-safe',
      reason: expect.stringContaining('site-b does not pass its own health check'),
      remedy: expect.stringContaining('promote-accepting-loss'),
    });
    expect(incident.writes).toEqual([]);
  });

  it('makes the passive site stale that a person calls lost', async () => {
    expect(await decide({ lostSite: 'site-b' })).toMatchObject({ outcome: 'act' });
    expect(await incident.ledger()).toMatchObject({ serving: A, sites: { [B]: { trust: 'stale' } } });
    expect(incident.checks.position(B)).toBe('fenced');
  });

  it('takes a stale site offline again when it is not proven so, or is named', async () => {
    incident = await new Incident().begins(provenStale());
    expect(await decide()).toMatchObject({ outcome: 'nothing-to-do' });
    expect(await decide({ lostSite: 'site-b' })).toMatchObject({ outcome: 'act' });
    await incident.knows({ type: 'isolation-lost', site: B });
    const { trustAt } = (await incident.ledger()).sites[B]!;
    expect(await decide()).toMatchObject({ outcome: 'act', since: trustAt });
  });

  it('cuts the bridge that a failover which was stopped left open, and has nothing to do once it is cut', async () => {
    const configuration = exampleConfiguration();
    incident = await new Incident({
      ...configuration,
      bridgeCut: { ...configuration.bridgeCut, enabled: true },
    }).begins(provenStale());
    expect(await decide()).toMatchObject({ outcome: 'act' });
    await incident.knows({ type: 'bridge-cut', site: B });
    expect(await decide()).toMatchObject({ outcome: 'nothing-to-do' });
  });

  it('goes on with what reconcile has recorded', async () => {
    loses(A);
    await incident.reconcile(sample('sns-endpoint-down'));
    expect(await decide()).toEqual({
      outcome: 'act',
      reason: 'alarm sso-endpoint-site-a says that its endpoint is down',
      since: (await incident.ledger()).pending?.since,
    });
    expect(incident.writes).toEqual([]);
  });

  it('as a dry run says what it would do, and writes nothing', async () => {
    loses(A);
    expect(await decide({ dryRun: true })).toEqual({
      outcome: 'planned',
      plan: ['fence site-a: site-b serves', 'record site-a as stale and take it offline at site-b'],
    });
    expect(await decide({ lostSite: 'site-b', dryRun: true })).toMatchObject({ outcome: 'planned' });
    expect(incident.writes).toEqual([]);
    loses(B);
    expect(await decide({ dryRun: true })).toMatchObject({ outcome: 'not-safe' });
    expect(incident.began.filter((call) => !call.startsWith('Get'))).toEqual([]);
  });

  it('as a dry run of what is recorded claims nothing', async () => {
    loses(A);
    await incident.reconcile(sample('sns-endpoint-down'));
    expect(await decide({ dryRun: true })).toMatchObject({ outcome: 'planned' });
  });

  it('looks again when another writer came first', async () => {
    loses(A);
    let races = 2;
    let racing = false;
    incident.faults = {
      before: async ({ operation }) => {
        if (operation !== 'PutItem' || racing || races === 0) return;
        races -= 1;
        racing = true;
        await incident.store.change(() => [{ type: 'paged', about: `race ${races}` }]);
        racing = false;
      },
    };
    expect(await decide()).toMatchObject({ outcome: 'act' });
    expect((await incident.ledger()).serving).toBe(B);
  });

  it('makes Route 53 agree before it goes on, where its own write to a check came too late', async () => {
    loses(A);
    let overtaken = false;
    incident.faults = {
      before: ({ operation }) => {
        if (operation !== 'UpdateHealthCheck' || overtaken) return;
        overtaken = true;
        throw Object.assign(new Error('no'), { name: 'HealthCheckVersionMismatch' });
      },
    };
    expect(await decide()).toMatchObject({ outcome: 'act' });
    expect([incident.checks.position(A), incident.checks.answer]).toEqual(['fenced', B]);
  });

  it('asks again later where the check is always written first by somebody else', async () => {
    loses(A);
    incident.faults = {
      before: ({ operation }) => {
        if (operation === 'UpdateHealthCheck')
          throw Object.assign(new Error('no'), { name: 'HealthCheckVersionMismatch' });
      },
    };
    expect(await decide()).toMatchObject({ outcome: 'wait' });
  });

  describe('while Route 53 takes no changes', () => {
    beforeEach(() => {
      incident.faults = {
        before: ({ operation }) => {
          if (operation === 'UpdateHealthCheck') throw new Error('Route 53 is away');
        },
      };
    });

    it('goes on where the lost site is down, and says that Route 53 did not take it', async () => {
      loses(A);
      expect(await decide()).toMatchObject({
        outcome: 'act',
        unwritten: expect.stringContaining('Route 53 is away'),
      });
      expect(incident.checks.answer).toBe(B);
      expect(await decide()).toMatchObject({
        outcome: 'act',
        unwritten: expect.stringContaining('Route 53 is away'),
      });
    });

    it('does not shut out a site that DNS goes on answering with', async () => {
      await expect(decide({ lostSite: 'site-a' })).rejects.toThrow('Route 53 is away');
      expect(incident.checks.answer).toBe(A);
    });

    it('goes on where the passive site is lost, which DNS does not answer with', async () => {
      expect(await decide({ lostSite: 'site-b' })).toMatchObject({
        outcome: 'act',
        unwritten: expect.stringContaining('Route 53 is away'),
      });
    });

    it('has the other site taken offline after a promotion, which is tried again all the same', async () => {
      await expect(
        incident.step('promote-accepting-loss', { site: 'site-b', acceptLoss: true }),
      ).rejects.toThrow('Route 53 is away');
      expect([...incident.executions.keys()]).toEqual(['failover-e2-1']);
    });

    it('does not end an adoption as done', async () => {
      await expect(incident.step('adopt', { serving: 'site-b' })).rejects.toThrow('Route 53 is away');
    });
  });

  it('does not record a loss that DNS could not follow, because a person shut the other site', async () => {
    incident.checks.changedByHand(B, { HealthThreshold: 2 });
    expect(await decide({ lostSite: 'site-a' })).toMatchObject({
      outcome: 'not-safe',
      reason: expect.stringContaining('site-b would serve from here, but its check is shut'),
      remedy: expect.stringContaining('adopt'),
    });
    expect(incident.writes).toEqual([]);
  });

  describe('while the other site is fenced', () => {
    const passiveDown = () => {
      loses(B);
      return incident.sweep();
    };
    const inBetween = (call: string, happens: () => Promise<unknown>) => {
      incident.faults = {
        before: async ({ operation, input }) => {
          if (`${operation} ${(input as { HealthCheckId?: string }).HealthCheckId}` !== call) return;
          incident.lives();
          await happens();
        },
      };
    };

    it('does not take a version for the one that stands that it has read before', async () => {
      inBetween('GetHealthCheck switch-site-a', passiveDown);
      expect(await adopt({ serving: 'site-a', inSync: true })).toMatchObject({ outcome: 'wait' });
      expect(await adopt({ serving: 'site-a', inSync: true })).toMatchObject({ outcome: 'adopted' });
      expect((await incident.ledger()).checkVersions[B]).toBe(incident.checks.version(B));
      expect(await passiveDown()).toMatchObject({ outcome: 'reconciled' });
    });

    it('keeps where a check is to stand by a write that is still to come', async () => {
      const kept = { [A]: ['follows'], [B]: ['fenced', 'pinned'] };
      let found = {};
      inBetween('UpdateHealthCheck switch-site-b', async () => {
        await adopt({ serving: 'site-a', inSync: true });
        found = (await incident.ledger()).checkPositions!;
      });
      await passiveDown();
      expect(found).toEqual(kept);
    });

    it('uses up the version that a slow function is about to write', async () => {
      inBetween('UpdateHealthCheck switch-site-b', () => adopt({ serving: 'site-a', inSync: true }));
      expect(await passiveDown()).toMatchObject({ outcome: 'reconciled' });
      expect((await incident.ledger()).checkVersions[B]).toBe(incident.checks.version(B));
      expect(await incident.sweep()).not.toMatchObject({ outcome: 'drift' });
    });
  });

  it('refuses a site that there is not and a field that there is not', async () => {
    await expect(decide({ lostSite: 'site-c' })).rejects.toThrow('Sites are site-a, site-b.');
    await expect(decide({ site: 'site-a' })).rejects.toThrow('Fields that exist: lostSite, dryRun');
    await expect(incident.step('explode')).rejects.toThrow(InvalidInputError);
  });

  it('without a ledger is unknown', async () => {
    incident.table.restore(new Map());
    expect(await decide()).toMatchObject({ outcome: 'unknown' });
  });
});

describe('promoting a site and accepting the loss', () => {
  const typedOut = sample('inputs/promote-accepting-loss');

  it.each<[string, Json]>([
    ['without the site', { acceptLoss: true }],
    ['without accepting the loss', { site: 'site-b' }],
    ['with the loss not accepted', { site: 'site-b', acceptLoss: false }],
    ['with a word instead', { site: 'site-b', acceptLoss: 'true' }],
    ['with a field that there is not', { site: 'site-b', acceptLoss: true, force: true }],
  ])('%s is refused', async (_, input) => {
    await expect(promote(input)).rejects.toThrow(InvalidInputError);
    expect(incident.writes).toEqual([]);
  });

  it('makes a stale site serve, whatever its health check says', async () => {
    incident = await new Incident().begins(provenStale());
    await incident.sweep();
    loses(A, B);
    expect(await promote(typedOut)).toEqual({ outcome: 'promoted', site: B });
    expect(await incident.ledger()).toMatchObject({
      serving: B,
      sites: { [A]: { trust: 'stale' }, [B]: { trust: 'in-sync', takeOfflineIssued: false } },
      pending: { mode: 'act', reason: 'site-a is gone for good' },
    });
    expect([incident.checks.position(A), incident.checks.position(B)]).toEqual(['fenced', 'pinned']);
    expect(incident.checks.answer).toBe(B);
  });

  it('opens the promoted site before it fences the other one', async () => {
    incident = await new Incident().begins(provenStale());
    await incident.sweep();
    await promote(typedOut);
    expect(incident.writes).toEqual([
      'PutItem',
      'UpdateHealthCheck switch-site-b',
      'UpdateHealthCheck switch-site-a',
      'StartExecution failover-e5-1',
    ]);
  });

  it('has the other one taken offline there at once, not at the next sweep', async () => {
    await promote(typedOut);
    expect([...incident.executions]).toEqual([['failover-e2-1', 'RUNNING']]);
  });

  it('again, as a redrive does, changes nothing more', async () => {
    await promote(typedOut);
    const before = await incident.ledger();
    expect(await promote(typedOut)).toEqual({ outcome: 'promoted', site: B });
    // The same name as before, so nothing new is started.
    expect(incident.writes).toEqual(['StartExecution failover-e2-1']);
    expect(incident.executions.size).toBe(1);
    expect(await incident.ledger()).toEqual(before);
  });

  it('accepts it for the site as it was when the person said so, also when its execution is redriven later', async () => {
    incident = await new Incident().begins(provenStale());
    const startedAt = moment(-300);
    const promotedThen = { action: 'promote-accepting-loss', startedAt, input: typedOut };
    expect(await incident.reconcile(promotedThen)).toEqual({ outcome: 'promoted', site: B });
    const ledger = await incident.ledger();
    expect(ledger.sites[B]).toMatchObject({ trust: 'in-sync', trustAt: startedAt });
    // A Data Grid that restarted since holds nothing of what was to be kept.
    const restarted: PodSummary = {
      name: 'infinispan-0',
      phase: 'Running',
      startedAt: moment(-100),
      ready: true,
      restarts: 0,
    };
    expect(restartEvents(ledger, B, [restarted])).toContainEqual({ type: 'site-suspected', site: B });
  });

  it('is accepted once where the answer was lost', async () => {
    const startedAt = (await incident.ledger()).changedAt;
    const promotedThen = { action: 'promote-accepting-loss', startedAt, input: typedOut };
    expect(await incident.reconcile(promotedThen)).toMatchObject({ outcome: 'promoted' });
    // Its answer was lost: the same again.
    expect(await incident.reconcile(promotedThen)).toMatchObject({ outcome: 'promoted' });
  });

  it('is not taken for said again of a site that lost its data before it served, as a redrive would', async () => {
    const startedAt = (await incident.ledger()).changedAt;
    await incident.knows({ type: 'site-suspected', site: B });
    const promotedThen = { action: 'promote-accepting-loss', startedAt, input: typedOut };
    expect(await incident.reconcile(promotedThen)).toMatchObject({
      outcome: 'not-safe',
      reason: expect.stringContaining('site-b is suspect since'),
      remedy: expect.stringContaining(
        'start "promote-accepting-loss" anew with {"site":"site-b","acceptLoss":true}',
      ),
    });
    expect(await incident.ledger()).toMatchObject({ serving: A, sites: { [B]: { trust: 'suspect' } } });
  });

  it('does not accept what the site lost itself once it served, as the other one may be the last to hold it', async () => {
    await promote(typedOut);
    await incident.knows({ type: 'site-suspected', site: B });
    const before = await incident.ledger();
    const startedAt = before.sites[A]!.trustAt;
    const again = { action: 'promote-accepting-loss', startedAt, input: typedOut };
    for (const input of [{ ...again, startedAt: moment(60) }, again])
      expect(await incident.reconcile(input)).toEqual({
        outcome: 'promoted',
        site: B,
        suspect: expect.stringMatching(
          /^site-b is suspect since .*"resync" with {"acceptCounts":true}.*with {"site":"site-a","acceptLoss":true}\.$/,
        ),
      });
    expect(await incident.ledger()).toEqual(before);
  });

  describe('again of a site that serves and restarted empty', () => {
    const failover = execution('failover');
    const contain = execution('contain');
    /** The other one was taken offline there once, and the failover that did it is over. */
    const restartedEmpty = () => [
      { type: 'operation-claimed', workflow: 'failover', owner: failover } as const,
      { type: 'operation-released', owner: failover, result: 'succeeded', detail: '' } as const,
      { type: 'site-suspected', site: B } as const,
    ];

    it.each([
      {
        what: 'has the other one taken offline there again',
        since: [],
        pending: 'failover',
        told: 'site-a is taken offline at site-b now; you are told.',
      },
      {
        what: 'asks for no failover where that is still proven',
        since: [{ type: 'isolation-proved', site: A } as const],
        pending: undefined,
        told: 'site-a may hold them. Look at the entry counts',
      },
      {
        what: 'says what to start once another operation has ended',
        since: [{ type: 'operation-claimed', workflow: 'contain', owner: contain } as const],
        pending: undefined,
        told: 'once contain has ended, start "failover" with {"lostSite":"site-a"}.',
      },
      {
        what: 'leaves it to a resync that fills the other one',
        since: [{ type: 'operation-claimed', workflow: 'resync', owner: execution('resync') } as const],
        pending: undefined,
        told: 'a resync fills site-a from it.',
      },
    ])('$what', async ({ since, pending, told }) => {
      await promote(typedOut);
      await incident.knows(...restartedEmpty(), ...since);
      expect(await promote(typedOut)).toMatchObject({ suspect: expect.stringContaining(told) });
      expect((await incident.ledger()).pending?.workflow).toBe(pending);
    });
  });

  it('is not taken for said of a stale site whose Data Grid started since, which its trust does not tell', async () => {
    incident = await new Incident().begins(provenStale());
    await incident.knows({ type: 'data-grid-seen', site: B, startedAt: moment(-100) });
    const promoted = (startedAt: string) =>
      incident.reconcile({ action: 'promote-accepting-loss', startedAt, input: typedOut });
    expect(await promoted(moment(-300))).toMatchObject({
      outcome: 'not-safe',
      reason: expect.stringContaining('site-b has a Data Grid pod of'),
    });
    expect((await incident.ledger()).serving).toBe(A);
    expect(await promoted(moment(-50))).toMatchObject({ outcome: 'promoted' });
  });

  it('is not taken for said of a site that a resync may have cleared since, and holds for a moment where one runs', async () => {
    incident = await new Incident().begins(
      having(provenStale(), moment(-500), {
        type: 'operation-claimed',
        workflow: 'resync',
        owner: execution('resync'),
      }),
    );
    const promoted = (startedAt: string) =>
      incident.reconcile({ action: 'promote-accepting-loss', startedAt, input: typedOut });
    expect(await promoted(moment(-10))).toMatchObject({
      outcome: 'not-safe',
      reason: expect.stringMatching(
        /^site-b is being resynchronized since .* and may have been cleared by now, and what is lost/,
      ),
    });
    expect((await incident.ledger()).serving).toBe(A);
    expect(await promoted(moment(-1))).toMatchObject({ outcome: 'promoted' });
  });

  it('finishes what died between the ledger and the check', async () => {
    incident.diesBefore('UpdateHealthCheck');
    await expect(promote(typedOut)).rejects.toThrow('died');
    incident.lives();
    expect(await promote(typedOut)).toMatchObject({ outcome: 'promoted' });
    expect(incident.checks.answer).toBe(B);
    expect((await incident.ledger()).epoch).toBe(2);
  });

  it('records nothing where a person shut its check: DNS would answer with the other one', async () => {
    incident.checks.changedByHand(B, { HealthThreshold: 2 });
    expect(await promote(typedOut)).toMatchObject({
      outcome: 'not-safe',
      remedy: expect.stringContaining('adopt'),
    });
    expect(incident.writes).toEqual([]);
    expect((await incident.ledger()).serving).toBe(A);
  });

  it('goes on where a person changed the other one’s check, and says so', async () => {
    incident.checks.changedByHand(A, { HealthThreshold: 1 });
    expect(await promote(typedOut)).toEqual({
      outcome: 'promoted',
      site: B,
      drift: expect.stringContaining('the health check of site-a has version 2, the ledger 1'),
    });
    expect(incident.checks.answer).toBe(B);
    expect(incident.executions.size).toBe(1);
  });

  it('waits when another writer came first', async () => {
    incident.faults = {
      before: ({ operation }) => {
        if (operation === 'PutItem')
          throw Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException' });
      },
    };
    expect(await promote(typedOut)).toMatchObject({ outcome: 'wait' });
  });

  it('without a ledger is unknown', async () => {
    incident.table.restore(new Map());
    expect(await promote(typedOut)).toMatchObject({ outcome: 'unknown' });
  });
});

describe('adopting', () => {
  it('a deployment without a ledger records whom DNS answers with, the other one suspect', async () => {
    incident.table.restore(new Map());
    expect(await adopt()).toEqual({
      outcome: 'adopted',
      serving: A,
      passive: 'site-b is suspect',
      passiveTrust: 'suspect',
    });
    expect(await incident.ledger()).toMatchObject({ serving: A, automation: { armed: true } });
    expect([incident.checks.position(A), incident.checks.position(B)]).toEqual(['follows', 'fenced']);
  });

  it('vouches for the sites as they were when the person said so, also when its execution is redriven later', async () => {
    incident.table.restore(new Map());
    const startedAt = moment(-600);
    const input = { serving: 'site-a', inSync: true };
    expect(await incident.reconcile({ action: 'adopt', startedAt, input })).toMatchObject({
      outcome: 'adopted',
    });
    const ledger = await incident.ledger();
    expect(ledger.sites[A]).toMatchObject({ trust: 'in-sync', trustAt: startedAt });
    // A Data Grid that restarted between the word and the redrive holds nothing of what was vouched for.
    const restarted: PodSummary = {
      name: 'infinispan-0',
      phase: 'Running',
      startedAt: moment(-300),
      ready: true,
      restarts: 0,
    };
    expect(restartEvents(ledger, A, [restarted])).toContainEqual({ type: 'site-suspected', site: A });
  });

  it('does not vouch again for sites of which the ledger has decided something since, as a redrive would', async () => {
    const input = { serving: 'site-a', inSync: true };
    const startedAt = (await incident.ledger()).changedAt;
    const adoptedThen = { action: 'adopt', startedAt, input };
    expect(await incident.reconcile(adoptedThen)).toMatchObject({ outcome: 'adopted' });
    // Its answer was lost: the same again.
    expect(await incident.reconcile(adoptedThen)).toMatchObject({ outcome: 'adopted' });
    await incident.knows({ type: 'passive-site-left', passive: B, reason: 'the view' });
    expect(await incident.reconcile(adoptedThen)).toMatchObject({
      outcome: 'not-safe',
      reason: expect.stringContaining('The ledger decided something at'),
      remedy: expect.stringContaining('Look at both sites.'),
    });
    expect((await incident.ledger()).sites[B]).toMatchObject({ trust: 'stale' });
  });

  it('does not take a restart of the serving site from the sight of readiness that has not looked since', async () => {
    await incident.knows({ type: 'data-grid-seen', site: A, startedAt: moment(-7_200) });
    const before = (await incident.ledger()).sites[A]!;
    expect(await adopt()).toMatchObject({ outcome: 'adopted' });
    const { dataGridSeen, dataGridTrusted, trustAt } = (await incident.ledger()).sites[A]!;
    expect({ dataGridSeen, dataGridTrusted, trustAt }).toEqual({
      dataGridSeen: before.dataGridSeen,
      dataGridTrusted: before.dataGridTrusted,
      trustAt: before.trustAt,
    });
    expect(dataGridSeen).toBe(moment(-7_200));
  });

  it('a deployment whose primary is fenced records that the secondary serves', async () => {
    incident.table.restore(new Map());
    incident.checks.changedByHand(A, { HealthThreshold: 2 });
    expect(await adopt()).toMatchObject({ outcome: 'adopted', serving: B });
    expect(incident.checks.answer).toBe(B);
  });

  it('with a person vouching for both leaves both usable', async () => {
    incident.table.restore(new Map());
    expect(await adopt(sample('inputs/adopt-vouching-for-both'))).toMatchObject({
      passive: 'site-b is in-sync',
      passiveTrust: 'in-sync',
    });
    expect(incident.checks.position(B)).toBe('pinned');
  });

  it('settles a check that a person changed, and takes it as its own', async () => {
    incident.checks.changedByHand(B, { HealthThreshold: 2 });
    expect(await incident.sweep()).toMatchObject({ outcome: 'drift' });
    expect(await adopt()).toMatchObject({ outcome: 'adopted', serving: A, passive: 'site-b is in-sync' });
    expect(await incident.sweep()).toMatchObject({ outcome: 'reconciled' });
    expect(incident.checks.position(B)).toBe('pinned');
  });

  describe('the checks as they stood when it began', () => {
    const began = async () => {
      const { versions } = (await incident.reconcile({ action: 'see-checks' })) as Extract<
        ReconcileOutcome,
        { outcome: 'seen' }
      >;
      return () => incident.reconcile({ action: 'adopt', versions, input: { serving: 'site-a' } });
    };

    it('leaves one that a person changes after that, whatever the attempt, and says so', async () => {
      const attempt = await began();
      incident.checks.changedByHand(B, { HealthThreshold: 2 });
      const left = {
        outcome: 'not-safe',
        reason:
          'Somebody changed a health check meanwhile: the health check of site-b has version 2, and had 1 when this adopt began.',
        remedy: expect.stringContaining('Start "adopt"'),
      };
      expect(await attempt()).toEqual(left);
      expect(incident.writes).toEqual([]);
      // Redriven days later, too.
      incident.seconds += 172_800;
      expect(await attempt()).toEqual(left);
      expect(incident.checks.position(B)).toBe('fenced');
      expect(await (await began())()).toMatchObject({ outcome: 'adopted' });
      expect(incident.checks.position(B)).toBe('pinned');
    });

    it('without a ledger, too', async () => {
      incident.table.restore(new Map());
      const attempt = await began();
      incident.checks.changedByHand(B, { HealthThreshold: 2 });
      expect(await attempt()).toMatchObject({ outcome: 'not-safe' });
      expect(incident.writes).toEqual([]);
    });

    it('goes on where we wrote one since, or a person changed it and that is adopted', async () => {
      const attempt = await began();
      loses(B);
      await incident.sweep();
      expect(await attempt()).toMatchObject({ outcome: 'adopted' });
      incident.checks.changedByHand(B, { HealthThreshold: 1 });
      expect(await attempt()).toMatchObject({ outcome: 'not-safe' });
      expect(await adopt()).toMatchObject({ outcome: 'adopted' });
      expect(await attempt()).toMatchObject({ outcome: 'adopted' });
    });

    it('calls nobody a person who wrote one between its reads', async () => {
      const attempt = await began();
      incident.faults = {
        before: async ({ operation, input }) => {
          const { HealthCheckId } = input as { HealthCheckId?: string };
          if (operation !== 'GetHealthCheck' || HealthCheckId !== 'switch-site-b') return;
          incident.lives();
          loses(B);
          await incident.sweep();
        },
      };
      expect(await attempt()).toEqual({ outcome: 'wait', reason: 'another writer came first' });
      expect(await attempt()).toMatchObject({ outcome: 'adopted' });
    });
  });

  it.each<[string, Json]>([
    ['inverted', { Inverted: true }],
    ['disabled', { Disabled: true }],
    ['over another check', { ChildHealthChecks: ['endpoint-site-a'] }],
    ['with a threshold of its own', { HealthThreshold: 7 }],
  ])('puts right a check that was %s', async (_, change) => {
    incident.checks.changedByHand(B, change);
    expect(await adopt()).toMatchObject({ outcome: 'adopted' });
    expect(incident.checks.config(B)).toMatchObject({
      HealthThreshold: 0,
      Inverted: false,
      Disabled: false,
      ChildHealthChecks: ['endpoint-site-b'],
    });
    expect(await incident.sweep()).toMatchObject({ outcome: 'reconciled' });
  });

  it('after a person moved traffic to the other site, which is in sync', async () => {
    incident.checks.changedByHand(A, { HealthThreshold: 2 });
    expect(await adopt({ serving: 'site-b' })).toMatchObject({ outcome: 'adopted', serving: B });
    expect(incident.checks.answer).toBe(B);
    // What was written at either site meanwhile, the ledger does not know: the proofs of readiness settle it.
    expect((await incident.ledger()).sites[A]!.trust).toBe('suspect');
    expect([incident.checks.position(A), incident.checks.position(B)]).toEqual(['fenced', 'pinned']);
  });

  it('asks for the serving site where DNS answers with another one than the ledger says', async () => {
    // A ledger that was restored from before the failover to site-b.
    incident.checks.changedByHand(A, { HealthThreshold: 2 });
    incident.checks.changedByHand(B, { HealthThreshold: 1 });
    expect(await adopt()).toMatchObject({
      outcome: 'not-safe',
      reason: expect.stringContaining('Route 53 answers with site-b, and the ledger says that site-a serves'),
      remedy: expect.stringContaining('{"serving":"site-b"}'),
    });
    expect(incident.writes).toEqual([]);
    expect(incident.checks.answer).toBe(B);
  });

  it('the site of the ledger although DNS answers with the other one no longer trusts that one', async () => {
    incident.checks.changedByHand(A, { HealthThreshold: 2 });
    expect(await adopt({ serving: 'site-a' })).toMatchObject({
      passive: 'site-b is suspect',
      passiveTrust: 'suspect',
    });
    expect([incident.checks.position(A), incident.checks.position(B)]).toEqual(['follows', 'fenced']);
  });

  it('does not make a stale site serve: that takes accepting the loss', async () => {
    incident = await new Incident().begins(provenStale());
    expect(await adopt({ serving: 'site-b' })).toMatchObject({
      outcome: 'not-safe',
      reason: 'site-b is stale in the ledger, so site-a holds what it lacks.',
      remedy: expect.stringContaining('promote-accepting-loss'),
    });
    expect(incident.writes).toEqual([]);
  });

  it('says that a serving site which is suspect stays so, and what would change that', async () => {
    incident = await new Incident().begins(
      having(
        inSync(),
        moment(-600),
        { type: 'site-suspected', site: A },
        { type: 'site-suspected', site: B },
      ),
    );
    expect(await adopt()).toMatchObject({
      outcome: 'adopted',
      serving: A,
      remedy: expect.stringMatching(/^site-a stays suspect.*{"serving":"site-a","inSync":true}/),
    });
    expect((await incident.ledger()).sites[A]!.trust).toBe('suspect');
    expect(await adopt({ inSync: true })).toEqual({
      outcome: 'adopted',
      serving: A,
      passive: 'site-b is in-sync',
      passiveTrust: 'in-sync',
    });
    expect((await incident.ledger()).sites[A]!.trust).toBe('in-sync');
  });

  it('keeps stale what is stale', async () => {
    incident = await new Incident().begins(provenStale());
    expect(await adopt()).toMatchObject({ outcome: 'adopted', passive: 'site-b is stale' });
    expect(incident.checks.position(B)).toBe('fenced');
  });

  it('ends whatever ran before: its steps find themselves superseded', async () => {
    await incident.knows({ type: 'operation-claimed', workflow: 'switchover', owner: 'one' });
    await adopt();
    expect(await incident.ledger()).toMatchObject({ operation: null, epoch: 3 });
  });

  it('waits when another writer came first', async () => {
    incident.faults = {
      before: ({ operation }) => {
        if (operation === 'PutItem')
          throw Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException' });
      },
    };
    expect(await adopt()).toMatchObject({ outcome: 'wait' });
  });

  it('refuses a site that there is not and a field that there is not', async () => {
    await expect(adopt({ serving: 'site-c' })).rejects.toThrow('Sites are site-a, site-b.');
    await expect(adopt({ site: 'site-a' })).rejects.toThrow('Fields that exist: serving, inSync');
  });
});
