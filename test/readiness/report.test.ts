import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import { ClusterAccessError, ClusterUnreachableError } from '../../functions/shared/errors.ts';
import { Aurora } from '../../lab/aws/aurora.ts';
import { ServiceFault } from '../../lab/aws/service.ts';
import { A, B, having, inSync, moment } from '../ledger/example.ts';
import { checkOf, failing, Installation, installed } from './installation.ts';

const begun = (...events: readonly LedgerEvent[]) => new Installation().begins(...events);

describe('a deployment of which all is well', () => {
  it('is ready, and each check says so in a sentence', async () => {
    const report = await (await begun()).report();
    expect(report).toMatchObject({ deployment: 'sso', at: moment(0), depth: 'quick', ready: true });
    expect(report.checks.filter(({ result }) => result === 'fail')).toEqual([]);
    for (const { id, what, result, remedy } of report.checks) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(what).toMatch(/^[A-Z`].*\.$|^site-[ab] .*\.$/s);
      if (result === 'pass') expect(remedy).toBeNull();
    }
  });

  it('is asked of each site and of all that a failover needs', async () => {
    const report = await (await begun()).report();
    const asked = new Set(report.checks.map(({ id, about }) => `${id} of ${about}`));
    for (const id of [
      'in-sync',
      'reachable',
      'endpoint',
      'switch-unchanged',
      'switch-position',
      'database-members',
      'cluster-answers',
      'infinispan-ready',
      'operator-view',
      'data-grid-pods',
      'keycloak-ready',
      'keycloak-pods',
      'token',
      'permissions',
    ]) {
      expect([...asked]).toEqual(expect.arrayContaining([`${id} of ${A}`, `${id} of ${B}`]));
    }
    expect([...asked]).toEqual(
      expect.arrayContaining([
        'operation-held of ledger',
        'armed of ledger',
        'automatic-move of ledger',
        'dns-answer of traffic',
        'database-writer of database',
        'failure-policy of configuration',
        'recovery-time of configuration',
      ]),
    );
  });

  it('has its report kept for who looks it up, until it is a month old', async () => {
    const installation = await begun();
    const report = await installation.report();
    expect(installation.stored('readiness#latest')).toEqual({
      ...report,
      id: 'readiness#latest',
      expiresAt: Date.parse(moment(30 * 86_400)) / 1000,
    });
    expect(installation.stored('readiness#whole')).toBeUndefined();
  });

  it('has a report also where it can be neither kept nor compared with the last one', async () => {
    const installation = await begun();
    installation.faults.dynamodb = {
      before: ({ input }) => {
        if ((input as { TableName: string }).TableName === installation.configuration.reportsTable)
          throw new ServiceFault('ResourceNotFoundException', 'Requested resource not found');
      },
    };
    expect((await installation.report()).ready).toBe(true);
  });
});

describe('what can’t be learned is told by itself, and all else beside it', () => {
  const onlyFailing = async (installation: Installation, ...expected: readonly string[]) => {
    const report = await installation.report();
    expect(failing(report)).toEqual(expected);
    expect(report.checks.length).toBeGreaterThan(25);
    expect(installation.measured('FailoverReady')).toBe(0);
    return report;
  };

  it('one site’s API that answers 403', async () => {
    const installation = await begun();
    const refused = async () => {
      throw new ClusterAccessError(
        'The Kubernetes API does not allow us: get keycloaks in namespace keycloak of site-b.',
        'Allow "get" on "keycloaks.k8s.keycloak.org" in our Role.',
      );
    };
    installation.site(B, { readKeycloak: refused });
    const report = await onlyFailing(installation, 'keycloak-ready of site-b');
    expect(checkOf(report, 'keycloak-ready', B)).toMatchObject({
      what: 'The Kubernetes API does not allow us: get keycloaks in namespace keycloak of site-b.',
      remedy: 'Allow "get" on "keycloaks.k8s.keycloak.org" in our Role.',
    });
  });

  it('one site’s API that answers nothing at all, said once', async () => {
    const installation = await begun();
    const gone = async (): Promise<never> => {
      throw new ClusterUnreachableError('The Kubernetes API of site-b can’t be reached.', 'It comes back.');
    };
    installation.site(B, { readKeycloak: gone, readInfinispan: gone, listPods: gone, may: gone });
    await onlyFailing(installation, 'cluster-answers of site-b');
  });

  it('a missing secret', async () => {
    const changed = installed();
    const sites = changed.sites.map((site) => ({
      ...site,
      cluster: {
        ...site.cluster,
        token: { kind: 'secret' as const, secretId: site.name === B ? 'no-such-secret' : 'token-site-a' },
      },
    }));
    const installation = await new Installation({ ...changed, sites }).begins();
    const report = await onlyFailing(installation, 'token of site-b');
    expect(checkOf(report, 'token', B)).toMatchObject({
      what: expect.stringMatching(/in the secret no-such-secret, can't be read: ResourceNotFoundException/),
      remedy: "Create the secret with the ServiceAccount's token as its whole string.",
    });
  });

  it('Route 53 that throttles us', async () => {
    const installation = await begun();
    installation.faults.route53 = {
      before: () => {
        throw new ServiceFault('Throttling', 'Rate exceeded');
      },
    };
    const report = await onlyFailing(
      installation,
      'dns-answer of traffic',
      'endpoint of site-a',
      'endpoint of site-b',
      'switch-position of site-a',
      'switch-position of site-b',
    );
    expect(checkOf(report, 'switch-position', A)).toMatchObject({
      what: "The switch of site-a can't be read now: Throttling: Rate exceeded.",
      remedy: expect.stringMatching(/^It may pass/),
    });
    expect(report.recovery.seconds).toBeNull();
    expect(installation.measured('ChecksChangedByHand')).toBeUndefined();
  });

  it('a role that lacks a permission', async () => {
    const installation = await begun();
    installation.faults.rds = {
      before: () => {
        throw new ServiceFault('AccessDenied', 'not authorized to perform: rds:DescribeDBClusters', 403);
      },
    };
    const report = await onlyFailing(installation, 'database-members of database');
    expect(checkOf(report, 'database-members').remedy).toMatch(/^Deploy the stack again/);
  });

  it('an Aurora cluster that is not found', async () => {
    const installation = await begun();
    installation.aurora = new Aurora({ clusterIdentifier: 'another', instances: {}, writer: '' });
    const report = await onlyFailing(installation, 'database-members of database');
    expect(checkOf(report, 'database-members')).toMatchObject({
      what: "The Aurora cluster keycloak can't be read: DBClusterNotFoundFault: DBCluster keycloak not found.",
      remedy: 'Correct database.clusterIdentifier in failover.config.json.',
    });
  });

  it('a ledger that is not there', async () => {
    const installation = new Installation();
    const report = await installation.report();
    expect(failing(report)).toEqual(['ledger-known of ledger']);
    expect(checkOf(report, 'ledger-known').remedy).toContain('"adopt"');
    expect(report.recovery.sentence).toBe('The recovery time is not known: it is not known who serves.');
  });
});

describe('looking after the sites', () => {
  it('goes on though no report can be made', async () => {
    const stale = having(
      inSync(installed()),
      moment(-600),
      { type: 'passive-site-left', passive: B, reason: 'the view was lost' },
      { type: 'operation-claimed', workflow: 'failover', owner: 'one' },
      { type: 'isolation-proved', site: B },
      { type: 'operation-released', owner: 'one', result: 'succeeded', detail: '' },
    );
    const installation = await new Installation().holds(stale);
    installation.measurements.all.push = (...measured) => {
      if (measured.some(({ name }) => name === 'FailoverReady')) throw new Error('nobody expected this');
      return 0;
    };
    expect(await installation.look()).toEqual({ outcome: 'contain', site: B, report: null });
  });
});

describe('what is measured', () => {
  it('is ten metrics at most, each per deployment or per site', async () => {
    const installation = await begun();
    await installation.look();
    const series = new Set(installation.measurements.all.map(({ name, site }) => `${name} ${site ?? ''}`));
    expect(series.size).toBe(9);
    expect(installation.measured('ChecksChangedByHand')).toBe(0);
    expect(installation.measured('ServingPrimary')).toBe(1);
  });

  it('is how long the operation is held, but for the time in which a person is waited for', async () => {
    const claimed = { type: 'operation-claimed', workflow: 'switchover', owner: 'one' } as const;
    const held = await begun(claimed);
    await held.look();
    expect(held.measured('OperationHeldSeconds')).toBe(600);
    const ledger = having(inSync(installed()), moment(-600), claimed);
    const token = { workflow: 'switchover', owner: 'one', epoch: ledger.epoch } as const;
    const question = 'Move traffic?';
    const waiting = await new Installation().holds(
      having(ledger, moment(-500), { type: 'approval-asked', token, question, deadline: moment(500) }),
    );
    await waiting.look();
    expect(waiting.measured('OperationHeldSeconds')).toBe(0);
    expect(checkOf(await waiting.report(), 'operation-held')).toMatchObject({
      result: 'warn',
      what: expect.stringContaining('waits for an approval until'),
    });
  });

  it('is for how long automation has been disarmed, however often that was prolonged', async () => {
    const ledger = having(
      inSync(installed()),
      moment(-900),
      { type: 'disarmed', until: moment(-600), why: 'patching' },
      { type: 'disarmed', until: null, why: 'patching, it takes longer' },
    );
    const installation = await new Installation().holds(ledger);
    await installation.look({ check: 'while-not-in-sync' });
    expect(installation.measured('DisarmedSeconds')).toBe(900);
    const report = await installation.report();
    expect(checkOf(report, 'armed')).toMatchObject({
      result: 'warn',
      remedy: expect.stringContaining('arm'),
    });
  });

  it('is no longer disarmed once its time has run out', async () => {
    const installation = await begun({ type: 'disarmed', until: moment(-60), why: 'patching' });
    await installation.look();
    expect(installation.measured('DisarmedSeconds')).toBe(0);
  });
});

it.each(
  readdirSync(new URL('../../events/inputs', import.meta.url)).filter((file) => file.startsWith('readiness')),
)('readiness takes events/inputs/%s', async (file) => {
  const text = readFileSync(new URL(`../../events/inputs/${file}`, import.meta.url), 'utf8');
  const installation = await begun();
  await expect(installation.look(JSON.parse(text))).resolves.toHaveProperty('outcome');
});
