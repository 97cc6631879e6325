import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TESTED } from '../../environment/sizing/rules.ts';
import { size } from '../../environment/sizing/size.ts';
import { mistakes } from './examples.ts';

// The same run after run; a failure prints what repeats it.
fc.configureGlobal({ seed: 20_260_105 });

const rates = (most: number) => fc.double({ min: 0, max: most, noNaN: true });
const loads = fc.record({
  loginsPerSecond: fc.double({ min: 0.01, max: 30_000, noNaN: true }),
  clientCredentialsPerSecond: rates(200_000),
  refreshesPerSecond: rates(43_500),
  sessions: fc.integer({ min: 0, max: 20_000_000 }),
  pods: fc.integer({ min: 1, max: 200 }),
});
const versions = fc.constantFrom('24' as const, '26' as const);

describe('the size of a Keycloak pod, whatever the load', () => {
  it('whatever the load, the threads of all pods fit into the pool, and not one more each would', () => {
    fc.assert(
      fc.property(versions, loads, (version, load) => {
        const { httpPoolMaxThreads } = size(version, load).sizing;
        expect(httpPoolMaxThreads * load.pods).toBeLessThanOrEqual(200);
        expect((httpPoolMaxThreads + 1) * load.pods).toBeGreaterThan(200);
      }),
    );
  });

  it('a greater load never gets a smaller pod', () => {
    fc.assert(
      fc.property(
        versions,
        loads,
        fc.constantFrom('loginsPerSecond', 'clientCredentialsPerSecond', 'refreshesPerSecond', 'sessions'),
        fc.integer({ min: 1, max: 1000 }),
        (version, load, what, more) => {
          const small = size(version, load).sizing;
          const large = size(version, { ...load, [what]: load[what] + more }).sizing;
          for (const field of Object.keys(small) as (keyof typeof small)[])
            expect(large[field]).toBeGreaterThanOrEqual(small[field]);
        },
      ),
    );
  });

  it('warns of a load exactly when something is outside what was tested', () => {
    fc.assert(
      fc.property(loads, (load) => {
        const outside =
          load.pods !== TESTED.pods ||
          (['loginsPerSecond', 'clientCredentialsPerSecond', 'refreshesPerSecond', 'sessions'] as const).some(
            (what) => load[what] > TESTED[what],
          );
        const told = size('24', load).warnings.filter((warning) => /test the load yourself/.test(warning));
        expect(told.length > 0).toBe(outside);
      }),
    );
  });

  it('the configuration takes every answer as it is', () => {
    fc.assert(
      fc.property(versions, loads, (version, load) => {
        const { sizing } = size(version, load);
        const found = mistakes(version === '24' ? 'kubernetes-24' : 'openshift-26', (file) => {
          file.environment.keycloak.sizing = sizing;
          for (const site of file.sites) site.keycloakInstances = load.pods;
        });
        expect(found).toEqual([]);
      }),
    );
  });
});
