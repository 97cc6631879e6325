import { describe, expect, it } from '@jest/globals';
import { siteOf } from '../../functions/shared/configuration.ts';
import { TransientError } from '../../functions/shared/errors.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import type { StepFunctionsOptions } from '../../lab/aws/step-functions.ts';
import type { Execution } from '../../lab/aws/step-functions-records.ts';
import { REAL, type Script } from './script.ts';
import { path } from './ways.ts';
import { A, B, inWorld, type World } from './world.ts';

/** Longer than any of them goes on. */
const HOUR_MILLISECONDS = 3_600_000;

type Planned = 'switchover' | 'switchback';
const to = (from: SiteName): SiteName => (from === A ? B : A);

type OnLog = NonNullable<StepFunctionsOptions['onLog']>;

/** Moved, and the target failed before Route 53 took that. */
export const movedNotPassing: Script = {
  'Move the traffic': async (_, proceed) => ({
    ...((await proceed()) as object),
    outcome: 'moved-not-passing',
    reason: 'It does not pass.',
  }),
};

/** What switchover and switchback have in common: checks, the move, the database. */
export function moveOfTraffic(
  workflow: Planned,
  { onLog, play, from }: { onLog: OnLog; play: (world: World) => Promise<Execution>; from: SiteName },
): void {
  const story = (script: Script, tell: (world: World) => Promise<void>, configuration = {}) =>
    inWorld({ script, configuration, onLog }, tell);

  describe(`the move of a ${workflow}`, () => {
    it.each<[string, task: string, happens: (world: World) => unknown, why: string]>([
      [
        'the target does not pass its own check',
        "Check the target's cluster",
        async (world) => {
          world.site(to(from)).breakEndpoint(HOUR_MILLISECONDS);
          await world.wait(30);
        },
        `${to(from)} does not pass its own health check now.`,
      ],
      [
        'a health check was changed by hand',
        'Move the traffic',
        (world) => world.changesCheck(to(from)),
        `the health check of ${to(from)} has version `,
      ],
    ])('is not made when %s, and on-call hears why', (_, task, happens, why) =>
      story({}, async (world) => {
        world.before(task, () => happens(world));
        expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.subjects.at(-1)).toMatch(new RegExp(`^${workflow} changed nothing: `));
        expect(world.mails.at(-1)?.body).toContain(why);
        const { serving, operation } = await world.ledger();
        expect([serving, operation]).toEqual([from, null]);
      }),
    );

    it('looks at the endpoint last, as it has to pass when the traffic moves', () =>
      story({}, async (world) => {
        const way = path(await play(world));
        const checks = way
          .slice(0, way.indexOf('Move the traffic'))
          .filter((step) => step.startsWith('Check'));
        expect(checks.at(-1)).toBe('Check the target');
      }));

    it.each<[string, (world: World) => void, RegExp]>([
      [
        'does not answer',
        (world) => {
          world.site(to(from)).hideApi(HOUR_MILLISECONDS);
        },
        new RegExp(`See why that Kubernetes API does not answer. Then start "${workflow}" again`),
      ],
      [
        'lets us read and not write',
        (world) => {
          const cluster = world.site(to(from)).cluster;
          cluster.rules = cluster.rules.map((rule) => ({
            ...rule,
            verbs: rule.verbs.filter((verb) => verb !== 'create'),
          }));
        },
        new RegExp(
          `of ${to(from)} does not allow us: create batches.*Allow "create" on "batches.infinispan.org" in our Role`,
          's',
        ),
      ],
      [
        'has a Data Grid that is not well',
        (world) => {
          world.site(to(from)).holdBatches(HOUR_MILLISECONDS);
        },
        new RegExp(`Infinispan resource at ${to(from)} is not WellFormed`),
      ],
    ])('is not made where the new site’s cluster %s, and on-call hears what to mend', (_, begins, says) =>
      story({}, async (world) => {
        begins(world);
        expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.mails.at(-1)?.body).toMatch(says);
        const { serving, operation } = await world.ledger();
        expect([serving, operation]).toEqual([from, null]);
      }),
    );

    it('that Route 53 took late, its target having failed meanwhile, is told, and takes nothing along', () => {
      let meanwhile = async () => {};
      const script: Script = {
        'Move the traffic': [
          async (_, proceed) => {
            await proceed();
            await meanwhile();
            throw new TransientError('The answer was lost.', 'The next attempt looks again.');
          },
          REAL,
        ],
      };
      return story(script, async (world) => {
        meanwhile = async () => {
          world.site(to(from)).breakEndpoint(HOUR_MILLISECONDS);
          await world.wait(50);
        };
        expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.subjects).toEqual([`${to(from)} was to serve, and does not pass its health check`]);
        expect(world.mails[0]?.body).toContain(`${to(from)} does not pass its own health check now.`);
        expect(world.aurora.zoneOf(world.aurora.destination)).toBe(
          siteOf(world.configuration, from).availabilityZone,
        );
        expect(world.route53.answer('login.example.test')).toMatchObject({ target: `${from}.example.test` });
        const { serving, sites, operation } = await world.ledger();
        expect([serving, sites[from]?.trust, operation]).toEqual([to(from), 'in-sync', null]);
      });
    });

    it('takes the database along, and a database that does not follow is a line in the mail', () =>
      story({ 'Move the database writer': new Error('RDS is busy') }, async (world) => {
        expect(await play(world)).toMatchObject({ status: 'SUCCEEDED' });
        expect(world.mails.at(-1)?.body).toContain('RDS is busy');
      }));

    it('leaves the database where it is when it is not to be moved', () =>
      story(
        {},
        async (world) => {
          expect(await play(world)).toMatchObject({ output: { database: { outcome: 'not-asked' } } });
        },
        { database: { clusterIdentifier: 'keycloak', moveWriter: false } },
      ));
  });
}

interface Gated {
  readonly onLog: OnLog;
  /** What happened before the story. */
  readonly prepare?: (world: World) => Promise<void>;
  readonly start: (world: World) => Execution;
  readonly from: SiteName;
}

/** The gate of both: asked, waited for, answered by the machine "approve", refused, forgotten. */
export function approvalGate(workflow: Planned, { onLog, prepare, start, from }: Gated): void {
  const story = (script: Script, tell: (world: World) => Promise<void>, configuration = {}) =>
    inWorld({ script, configuration, onLog }, async (world) => {
      await prepare?.(world);
      await tell(world);
    });

  describe(`a ${workflow} that needs an approval`, () => {
    it('asks on-call, waits, and goes on within a minute of the answer', () =>
      story({}, async (world) => {
        const execution = start(world);
        await world.wait(300);
        expect(world.subjects).toEqual([`${workflow} waits for your approval`]);
        expect((await world.ledger()).serving).toBe(from);
        const answered = await world.run('approve', { by: 'somebody' });
        expect(answered.output).toMatchObject({ outcome: 'answered', decision: 'approved' });
        const end = await world.ended(execution);
        expect(end.status).toBe('SUCCEEDED');
        const way = path(end);
        const checks = way
          .slice(0, way.indexOf('Move the traffic'))
          .filter((step) => step.startsWith('Check') && step.endsWith('again'));
        expect(checks).toEqual(["Check the target's cluster again", 'Check the target again']);
        expect((await world.ledger()).serving).not.toBe(from);
      }));

    it('checks again after the answer, and moves nothing when the target no longer passes', () =>
      story({}, async (world) => {
        const execution = start(world);
        await world.wait(100);
        world.site(to(from)).breakEndpoint(HOUR_MILLISECONDS);
        await world.wait(30);
        await world.run('approve');
        expect(await world.ended(execution)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.mails.at(-1)?.body).toContain(`${to(from)} does not pass its own health check now.`);
        const { serving, operation } = await world.ledger();
        expect([serving, operation]).toEqual([from, null]);
      }));

    it('checks the cluster again too, which may have shut us out since it was asked', () =>
      story({}, async (world) => {
        const execution = start(world);
        await world.wait(100);
        world.site(to(from)).cluster.rules = [];
        await world.run('approve');
        expect(await world.ended(execution)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(path(await world.ended(execution))).toContain("Check the target's cluster again");
        expect(world.mails.at(-1)?.body).toContain(`${to(from)} can't be worked at`);
        const { serving, operation } = await world.ledger();
        expect([serving, operation]).toEqual([from, null]);
      }));

    it('ends as not approved when it is refused', () =>
      story({}, async (world) => {
        const execution = start(world);
        await world.wait(100);
        await world.run('approve', { decision: 'refuse' });
        expect(await world.ended(execution)).toMatchObject({
          output: { outcome: 'not-approved', answer: 'refused' },
        });
        expect(world.subjects.at(-1)).toBe(`${workflow} was not approved`);
        const { serving, operation } = await world.ledger();
        expect([serving, operation]).toEqual([from, null]);
      }));

    it('ends as not approved when nobody answers before the deadline', () =>
      story(
        {},
        async (world) => {
          const end = await world.ended(start(world));
          expect(end).toMatchObject({ output: { outcome: 'not-approved', answer: 'expired' } });
        },
        { approval: { deadlineSeconds: 600 } },
      ));

    it('ends after 1,500 minutes at the latest, before its history is full', () =>
      story({ 'Read the approval': { outcome: 'waiting' } }, async (world) => {
        const end = await world.ended(start(world));
        expect(end).toMatchObject({ output: { outcome: 'not-approved', answer: 'waiting' } });
        expect((await world.ledger()).operation).toBeNull();
      }));

    it('ends quietly when something newer was decided before it could ask', () =>
      story({ 'Ask for approval': [{ outcome: 'superseded' }, REAL] }, async (world) => {
        expect(await world.ended(start(world))).toMatchObject({ output: { outcome: 'superseded' } });
        expect(world.mails).toEqual([]);
      }));
  });
}
