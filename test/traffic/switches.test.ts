import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../functions/shared/errors.ts';
import type { Position } from '../../functions/traffic/positions.ts';
import { route53Switches } from '../../functions/traffic/route-53-switches.ts';
import { A, B, exampleConfiguration } from '../ledger/example.ts';
import { Incident } from '../reconcile/incident.ts';

const POSITIONS: readonly Position[] = ['follows', 'pinned', 'fenced'];
const ADAPTERS = ['calculated-checks', 'health-check-path'] as const;

const begin = (adapter: (typeof ADAPTERS)[number]) => {
  const incident = new Incident(exampleConfiguration({}, adapter));
  return { incident, switches: route53Switches(incident.edge) };
};

describe.each(ADAPTERS)('the switch by %s', (adapter) => {
  it.each(POSITIONS)('reads back as it was put: %s', async (position) => {
    const { switches } = begin(adapter);
    expect(await switches.write(A, position, 1)).toBe('written');
    expect(await switches.read(A)).toEqual({ version: 2, position });
  });

  it('makes Route 53 answer as the position says', async () => {
    const { incident, switches } = begin(adapter);
    incident.checks.loses(A);
    incident.seconds = 60;
    expect(incident.checks.answer).toBe(B);
    await switches.write(A, 'pinned', 1);
    expect(incident.checks.answer).toBe(A);
    await switches.write(A, 'fenced', 2);
    incident.checks.finds(A);
    expect(incident.checks.answer).toBe(B);
    await switches.write(B, 'fenced', 1);
    // Both are unhealthy: the primary.
    expect(incident.checks.answer).toBe(A);
  });

  it('writes nothing on a version that has passed', async () => {
    const { incident, switches } = begin(adapter);
    incident.checks.changedByHand(A, {});
    expect(await switches.write(A, 'fenced', 1)).toBe('changed-meanwhile');
    expect(await switches.read(A)).toEqual({ version: 2, position: 'follows' });
  });

  it('that somebody inverted is none of the three', async () => {
    const { incident, switches } = begin(adapter);
    incident.checks.changedByHand(A, { Inverted: true });
    expect((await switches.read(A)).position).toBe('unknown');
    await switches.write(A, 'fenced', 2);
    expect((await switches.read(A)).position).toBe('fenced');
    incident.seconds = 60;
    expect(incident.checks.answer).toBe(B);
  });

  it('that does not exist is named, with the field to correct', async () => {
    const { incident } = begin(adapter);
    const configuration = { ...incident.configuration };
    const sites = configuration.sites.map((site) => ({ ...site, switchHealthCheckId: 'gone' }));
    const switches = route53Switches({ ...incident.edge, configuration: { ...configuration, sites } });
    await expect(switches.read(A)).rejects.toThrow(ConfigurationError);
    await expect(switches.read(A)).rejects.toThrow('The health check gone of site-a does not exist.');
  });

  it('that is a check of the other kind is named, before anything is written to it', async () => {
    const { incident } = begin(adapter);
    const other = ADAPTERS.find((each) => each !== adapter)!;
    const configuration = exampleConfiguration({
      traffic: { adapter: other },
      sites: incident.configuration.sites,
    });
    const switches = route53Switches({ ...incident.edge, configuration });
    await expect(switches.read(A)).rejects.toThrow(`traffic.adapter "${other}" can't switch`);
  });
});

describe('a calculated check', () => {
  it.each([
    ['disabled', { Disabled: true }],
    ['over another check', { ChildHealthChecks: ['endpoint-site-b'] }],
    ['over two checks', { ChildHealthChecks: ['endpoint-site-a', 'endpoint-site-b'] }],
    ['with another threshold', { HealthThreshold: 3 }],
  ])('that is %s is none of the three', async (_, change) => {
    const { incident, switches } = begin('calculated-checks');
    incident.checks.changedByHand(A, change);
    expect((await switches.read(A)).position).toBe('unknown');
  });
});

describe('the path', () => {
  it('comes from the configuration, never from what was found', async () => {
    const { incident, switches } = begin('health-check-path');
    incident.checks.changedByHand(A, { ResourcePath: '/found' });
    expect((await switches.read(A)).position).toBe('unknown');
    await switches.write(A, 'fenced', 2);
    await switches.write(A, 'follows', 3);
    expect(incident.checks.config(A)).toMatchObject({ ResourcePath: '/lb-check', Disabled: false });
  });
});
