import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../functions/shared/errors.ts';
import { A, B, exampleConfiguration, execution, inSync } from '../ledger/example.ts';
import { Incident } from './incident.ts';
import { sample } from './samples.ts';

const switchover = (incident: Incident) =>
  incident.knows({ type: 'operation-claimed', workflow: 'switchover', owner: execution('switchover') });

const claimed = async (incident: Incident) => {
  const { epoch } = await incident.ledger();
  return { workflow: 'switchover', owner: execution('switchover'), epoch };
};

describe.each([
  ['health-check-path', 'TCP', /is of type TCP.*Give the id of the site's check over HTTP or HTTPS/],
  ['health-check-path', 'CALCULATED', /is of type CALCULATED|has no checkers: it probes no endpoint/],
  ['health-check-path', 'CLOUDWATCH_METRIC', /is of type CLOUDWATCH_METRIC/],
  ['calculated-checks', 'HTTPS', /is of type HTTPS.*Deploy the routing stack again/],
] as const)('by %s, a health check of site-b that is of type %s', (adapter, type, says) => {
  const begins = async () => {
    const configuration = exampleConfiguration({}, adapter);
    const incident = await new Incident(configuration).begins(inSync(configuration));
    incident.checks.isOfType(B, type);
    return incident;
  };

  it.each<[string, (incident: Incident) => Promise<unknown>]>([
    ['adopt', (incident) => incident.step('adopt', { serving: 'site-a', inSync: true })],
    ['the sweep', (incident) => incident.sweep()],
    ['an alarm', (incident) => incident.reconcile(sample('sns-endpoint-down'))],
    ['failover by hand', (incident) => incident.step('decide', { lostSite: 'site-a' })],
    [
      'switchover, looking',
      async (incident) => {
        await switchover(incident);
        return incident.traffic({ action: 'preflight', operation: await claimed(incident), to: 'site-b' });
      },
    ],
    [
      'switchover, moving',
      async (incident) => {
        await switchover(incident);
        return incident.traffic({ action: 'move', operation: await claimed(incident), to: 'site-b' });
      },
    ],
  ])('is named to %s with what would be right, and nothing moves', async (_, act) => {
    const incident = await begins();
    const versions = [incident.checks.version(A), incident.checks.version(B)];
    const happens = act(incident);
    await expect(happens).rejects.toThrow(ConfigurationError);
    await expect(happens).rejects.toThrow(says);
    expect([incident.checks.version(A), incident.checks.version(B)]).toEqual(versions);
    expect(incident.checks.answer).toBe(A);
    expect((await incident.ledger()).serving).toBe(A);
    expect(incident.writes.filter((write) => /^(UpdateHealthCheck|StartExecution)/.test(write))).toEqual([]);
  });
});
