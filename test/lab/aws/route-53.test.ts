import {
  GetHealthCheckCommand,
  GetHealthCheckStatusCommand,
  type HealthCheckConfig,
  type Route53Client,
  UpdateHealthCheckCommand,
} from '@aws-sdk/client-route-53';
import { describe, expect, it } from '@jest/globals';
import { inMemoryClient } from '../../../lab/aws/in-memory-client.ts';
import { RequestLimit } from '../../../lab/aws/route-53/request-limit.ts';
import type { Route53 } from '../../../lab/aws/route-53/route-53.ts';
import { statusOf } from '../../../lab/aws/route-53/status.ts';
import { twoSites } from './two-sites.ts';
import { virtualClock } from './virtual-clock.ts';

const clientOf = (route53: Route53) => inMemoryClient<Route53Client>(route53.service);

const setThreshold = (route53: Route53, site: string, HealthThreshold: number) =>
  clientOf(route53).send(new UpdateHealthCheckCommand({ HealthCheckId: `switch-${site}`, HealthThreshold }));

const answered = (route53: Route53) => route53.answer('login.example.test')?.target;

describe('versions of a health check', () => {
  it('rise by one with each update, with or without a version named', async () => {
    const client = clientOf(twoSites());
    const id = { HealthCheckId: 'switch-site-a' };
    await client.send(new UpdateHealthCheckCommand({ ...id, HealthCheckVersion: 1, HealthThreshold: 2 }));
    await client.send(new UpdateHealthCheckCommand({ ...id, HealthThreshold: 2 }));
    const { HealthCheck } = await client.send(new GetHealthCheckCommand(id));
    expect(HealthCheck?.HealthCheckVersion).toBe(3);
    expect(HealthCheck?.HealthCheckConfig?.HealthThreshold).toBe(2);
  });

  it('refuse an update that names a stale one, and change nothing', async () => {
    const client = clientOf(twoSites());
    const id = { HealthCheckId: 'switch-site-a' };
    await client.send(new UpdateHealthCheckCommand({ ...id, HealthCheckVersion: 1, HealthThreshold: 2 }));
    await expect(
      client.send(new UpdateHealthCheckCommand({ ...id, HealthCheckVersion: 1, HealthThreshold: 0 })),
    ).rejects.toMatchObject({ name: 'HealthCheckVersionMismatch' });
    const { HealthCheck } = await client.send(new GetHealthCheckCommand(id));
    expect(HealthCheck?.HealthCheckConfig?.HealthThreshold).toBe(2);
  });

  it('do not exist for a check that does not exist', async () => {
    const asked = clientOf(twoSites()).send(new GetHealthCheckCommand({ HealthCheckId: 'nosuch' }));
    await expect(asked).rejects.toMatchObject({ name: 'NoSuchHealthCheck' });
  });
});

describe('the status of a check', () => {
  const calculated: HealthCheckConfig = { Type: 'CALCULATED', ChildHealthChecks: ['child'] };

  it.each([
    [0, false, true],
    [1, false, false],
    [1, true, true],
    [2, true, false],
  ])(
    'with a threshold of %i over one child that is healthy: %s, is %s',
    (HealthThreshold, child, expected) => {
      expect(statusOf({ ...calculated, HealthThreshold }, [], () => child)).toBe(expected);
    },
  );

  it.each([
    [3, 16, true],
    [2, 16, false],
    [2, 11, true],
    [9, 50, false],
  ])('is by more than 18 %% of the checkers: %i of %i make it %s', (healthy, all, expected) => {
    const views = Array.from({ length: all }, (_, index) => index < healthy);
    expect(statusOf({ Type: 'HTTPS' }, views, () => true)).toBe(expected);
  });

  it('is healthy when disabled, and unhealthy when disabled and inverted', () => {
    expect(statusOf({ Type: 'HTTPS', Disabled: true }, [false, false], () => true)).toBe(true);
    expect(statusOf({ Type: 'HTTPS', Disabled: true, Inverted: true }, [true], () => true)).toBe(false);
  });

  it('is turned round when inverted: a failing endpoint makes it healthy', () => {
    expect(statusOf({ Type: 'HTTPS', Inverted: true }, [false, false], () => true)).toBe(true);
  });

  it('is healthy until a checker has made up its mind', () => {
    expect(statusOf({ Type: 'HTTPS' }, [null, null], () => true)).toBe(true);
  });
});

describe('the failover records', () => {
  it('answer with the secondary when the endpoint of the primary fails, without anybody writing', async () => {
    const clock = virtualClock();
    let up = true;
    const route53 = twoSites({ clock, probe: async (id) => up || id === 'endpoint-site-b' });
    route53.start();
    await clock.advance(60);
    expect(answered(route53)).toBe('site-a.example.test');
    up = false;
    await clock.advance(31);
    expect(answered(route53)).toBe('site-b.example.test');
    route53.stop();
  });

  it('answer as before while the checkers are late', async () => {
    const clock = virtualClock();
    let up = true;
    const route53 = twoSites({ clock, probe: async (id) => up || id === 'endpoint-site-b' });
    route53.start();
    await clock.advance(60);
    up = false;
    route53.holdCheckers(60_000);
    await clock.advance(59);
    expect(answered(route53)).toBe('site-a.example.test');
    await clock.advance(32);
    expect(answered(route53)).toBe('site-b.example.test');
    route53.stop();
  });

  it('answer as before until what was written is in force', async () => {
    const clock = virtualClock();
    const route53 = twoSites({ clock });
    route53.actLate(60_000);
    await setThreshold(route53, 'site-a', 2);
    await clock.advance(59);
    expect(answered(route53)).toBe('site-a.example.test');
    await clock.advance(2);
    expect(answered(route53)).toBe('site-b.example.test');
    await setThreshold(route53, 'site-a', 1);
    expect(answered(route53)).toBe('site-a.example.test');
  });

  it('answer by what was written last, though what came before it was to be in force later', async () => {
    const clock = virtualClock();
    const route53 = twoSites({ clock });
    route53.actLate(60_000);
    await setThreshold(route53, 'site-a', 2);
    route53.actLate(0);
    await setThreshold(route53, 'site-a', 1);
    await clock.advance(61);
    expect(answered(route53)).toBe('site-a.example.test');
  });

  it('answer with the primary when both are unhealthy', async () => {
    const route53 = twoSites();
    await setThreshold(route53, 'site-a', 2);
    expect(answered(route53)).toBe('site-b.example.test');
    await setThreshold(route53, 'site-b', 2);
    expect(answered(route53)).toBe('site-a.example.test');
  });

  it('follow an update only once it has reached the data plane', async () => {
    const clock = virtualClock();
    const route53 = twoSites({ clock, propagationMilliseconds: 5000 });
    await setThreshold(route53, 'site-a', 2);
    expect(answered(route53)).toBe('site-a.example.test');
    await clock.advance(5);
    expect(answered(route53)).toBe('site-b.example.test');
  });

  it('know no other name', () => {
    expect(twoSites().answer('nosuch.example.test')).toBeNull();
  });
});

describe('the checkers', () => {
  const look = async (route53: Route53, id: string) => {
    const { HealthCheckObservations = [] } = await clientOf(route53).send(
      new GetHealthCheckStatusCommand({ HealthCheckId: id }),
    );
    return HealthCheckObservations;
  };

  it('each report what they last saw and when they looked', async () => {
    const clock = virtualClock();
    const route53 = twoSites({ clock, checkers: 3, probe: async () => 'HTTP Status Code 503, Unavailable' });
    route53.start();
    await clock.advance(29);
    const seen = await look(route53, 'endpoint-site-a');
    expect(seen.map(({ StatusReport }) => StatusReport)).toEqual([
      { Status: 'Failure: HTTP Status Code 503, Unavailable', CheckedTime: new Date('2026-01-05T12:00:00Z') },
      { Status: 'Failure: HTTP Status Code 503, Unavailable', CheckedTime: new Date('2026-01-05T12:00:10Z') },
      { Status: 'Failure: HTTP Status Code 503, Unavailable', CheckedTime: new Date('2026-01-05T12:00:20Z') },
    ]);
    route53.stop();
  });

  it('take an endpoint that never answers for down', async () => {
    const clock = virtualClock();
    const route53 = twoSites({ clock, probe: () => new Promise(() => {}) });
    route53.start();
    await clock.advance(40);
    expect(route53.isHealthy('endpoint-site-a')).toBe(false);
    route53.stop();
  });

  it('change their mind only after as many probes in a row as the threshold says', async () => {
    const clock = virtualClock();
    let up = true;
    const route53 = twoSites({ clock, checkers: 1, probe: async () => up });
    await clientOf(route53).send(
      new UpdateHealthCheckCommand({ HealthCheckId: 'endpoint-site-a', FailureThreshold: 3 }),
    );
    route53.start();
    await clock.advance(61);
    up = false;
    await clock.advance(60);
    expect(route53.isHealthy('endpoint-site-a')).toBe(true);
    await clock.advance(30);
    expect(route53.isHealthy('endpoint-site-a')).toBe(false);
    route53.stop();
  });

  it('probe the path of the check as it now is', async () => {
    const clock = virtualClock();
    const route53 = twoSites({ clock, probe: async (_, { ResourcePath }) => ResourcePath === '/lb-check' });
    const changes: unknown[] = [];
    route53.onStatusChange(({ id, healthy }) => changes.push([id, healthy]));
    route53.start();
    await clock.advance(60);
    await clientOf(route53).send(
      new UpdateHealthCheckCommand({
        HealthCheckId: 'endpoint-site-a',
        ResourcePath: '/lb-check-failed-over',
      }),
    );
    await clock.advance(31);
    expect(changes).toEqual([
      ['endpoint-site-a', false],
      ['switch-site-a', false],
    ]);
    route53.stop();
  });

  it('do not look at a check that is disabled', async () => {
    const clock = virtualClock();
    let probes = 0;
    const route53 = twoSites({
      clock,
      probe: async (id) => {
        if (id === 'endpoint-site-a') probes += 1;
        return true;
      },
    });
    await clientOf(route53).send(
      new UpdateHealthCheckCommand({ HealthCheckId: 'endpoint-site-a', Disabled: true }),
    );
    route53.start();
    await clock.advance(120);
    expect(probes).toBe(0);
    route53.stop();
  });

  it('have nothing to say about a calculated check', async () => {
    await expect(look(twoSites(), 'switch-site-a')).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});

describe('the request limit', () => {
  it('throttles the sixth request of a second, and none of the next', async () => {
    const clock = virtualClock();
    const route53 = inMemoryClient<Route53Client>(twoSites().service, new RequestLimit(5, clock));
    const ask = () => route53.send(new GetHealthCheckCommand({ HealthCheckId: 'switch-site-a' }));
    for (let request = 1; request <= 5; request++) await ask();
    await expect(ask()).rejects.toMatchObject({ name: 'Throttling' });
    await clock.advance(1);
    await expect(ask()).resolves.toBeDefined();
  });
});
