import { describe, expect, it } from '@jest/globals';
import { siteOf } from '../../functions/shared/configuration.ts';
import {
  currentSince,
  endpointVerdict,
  type Observation,
  observeEndpoint,
} from '../../functions/traffic/endpoint.ts';
import type { SwitchState } from '../../functions/traffic/switches.ts';
import { A, exampleConfiguration, moment } from '../ledger/example.ts';

const configuration = exampleConfiguration();
const follows: SwitchState = { version: 1, position: 'follows' };

const answering = (answer: (command: { input: { HealthCheckId: string } }) => Promise<unknown>) => ({
  send: answer as never,
});

/** Some checkers pass, some don't, all looked at the same time. */
const looks = (passing: number, failing: number, at: number): Observation[] => [
  ...Array.from({ length: passing }, () => ({ passes: true, at: moment(at) })),
  ...Array.from({ length: failing }, () => ({ passes: false, at: moment(at) })),
];

const verdict = (observations: readonly Observation[], since = 0) =>
  endpointVerdict(configuration, A, observations, follows, moment(since));

describe('whether an endpoint passes', () => {
  it('is not answered by what was seen before', () => {
    expect(verdict(looks(8, 0, -1))).toBe('unknown');
    expect(verdict(looks(8, 0, 0))).toBe('unknown');
    expect(verdict(looks(8, 0, 1))).toBe('passing');
    expect(verdict([])).toBe('unknown');
  });

  it('is not answered by fewer than half of the checkers', () => {
    expect(verdict([...looks(0, 3, 1), ...looks(5, 0, -1)])).toBe('unknown');
    expect(verdict([...looks(0, 4, 1), ...looks(4, 0, -1)])).toBe('failing');
  });

  it('is yes when more than 18 % of those that looked say so, as for Route 53', () => {
    expect(verdict(looks(18, 82, 1))).toBe('failing');
    expect(verdict(looks(19, 81, 1))).toBe('passing');
    expect(verdict(looks(0, 16, 1))).toBe('failing');
  });

  it('is seen where the switch is the same check and follows it', () => {
    const byPath = exampleConfiguration({}, 'health-check-path');
    expect(endpointVerdict(byPath, A, looks(0, 8, 1), follows, moment(0))).toBe('failing');
  });

  it.each(['fenced', 'pinned', 'unknown'] as const)(
    'can not be seen where the switch is the same check and is %s',
    (position) => {
      const byPath = exampleConfiguration({}, 'health-check-path');
      const state = { version: 1, position };
      expect(endpointVerdict(byPath, A, looks(0, 8, 1), state, moment(0))).toBe('unobservable');
      // A calculated check leaves the endpoint's own check alone.
      expect(endpointVerdict(configuration, A, looks(8, 0, 1), state, moment(0))).toBe('passing');
    },
  );

  it('counts as now for two rounds of the checkers and their delay', () => {
    expect(currentSince(configuration, new Date(moment(100)))).toBe(moment(70));
    const slow = exampleConfiguration({ traffic: { adapter: 'calculated-checks' } });
    expect(currentSince(slow, new Date(moment(100)))).toBe(moment(30));
  });

  it('leaves out checkers that have not looked yet', async () => {
    const reports = [
      { StatusReport: { Status: 'Success: HTTP Status Code 200, OK', CheckedTime: new Date(moment(1)) } },
      { StatusReport: { Status: 'Failure: The endpoint is down', CheckedTime: new Date(moment(2)) } },
      { StatusReport: { Status: 'Success' } },
      { StatusReport: { CheckedTime: new Date(moment(3)) } },
      {},
    ];
    const asked: string[] = [];
    const route53 = answering(async ({ input }) => {
      asked.push(input.HealthCheckId);
      return { HealthCheckObservations: reports };
    });
    expect(await observeEndpoint({ route53, configuration }, A)).toEqual([
      { passes: true, at: moment(1) },
      { passes: false, at: moment(2) },
    ]);
    expect(asked).toEqual([siteOf(configuration, A).endpointHealthCheckId]);
  });

  it('is not known where no checker has looked', async () => {
    const observed = await observeEndpoint({ route53: answering(async () => ({})), configuration }, A);
    expect(observed).toEqual([]);
  });

  it('can not be asked of a check that probes no endpoint: says which, and what to configure', async () => {
    const refusing = (name: string) => {
      const cause = Object.assign(new Error('refused'), { name });
      return observeEndpoint({ route53: answering(() => Promise.reject(cause)), configuration }, A);
    };
    const { endpointHealthCheckId } = siteOf(configuration, A);
    await expect(refusing('InvalidInput')).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining(
        `The health check ${endpointHealthCheckId} of site-a has no checkers: it probes no endpoint.`,
      ),
      remedy: expect.stringContaining('healthCheck.id in failover.config.json'),
      cause: expect.objectContaining({ name: 'InvalidInput' }),
    });
    await expect(refusing('ThrottlingException')).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});
