import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkedStep, parseDataGridInput } from '../../functions/data-grid/inputs.ts';
import { WORKFLOW_INPUTS } from '../../functions/ledger/workflow-inputs.ts';
import { ConfigurationError, FailoverError, InvalidInputError } from '../../functions/shared/errors.ts';
import { parseInput } from '../../functions/shared/input.ts';
import { parseDeployment } from '../../infra/configuration/parse.ts';
import { exampleConfiguration } from '../ledger/example.ts';
import { altered } from './altered.ts';

const file = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));

/** The value, or null where the parser's own error says why there is none. Any other error fails the test. */
function parsed<T>(parse: () => T, own: abstract new (...given: never[]) => FailoverError): T | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof own)) throw error;
    expect(error.remedy).not.toBe('');
    expect(error.message).not.toMatch(/undefined is not|Cannot read|\[object Object\]/);
    return null;
  }
}

const operation = {
  workflow: 'resync',
  epoch: 7,
  owner: 'arn:aws:states:eu-central-1:123456789012:execution:x:y',
};
const configuration = exampleConfiguration();

describe('what a person or a machine gives a workflow', () => {
  const inputs = readdirSync(new URL('../../events/inputs/', import.meta.url)).map((name) =>
    file(`events/inputs/${name}`),
  );
  const given = fc.oneof(
    fc.jsonValue(),
    ...[...inputs, { operation, dryRun: true, acceptCounts: false, lostSite: 'site-a' }].map(altered),
  );
  const workflow = fc.constantFrom(...(Object.keys(WORKFLOW_INPUTS) as (keyof typeof WORKFLOW_INPUTS)[]));

  it('is taken as it stands or refused by name, whatever it is', () => {
    fc.assert(
      fc.property(workflow, given, (name, value) => {
        const input = parsed(() => parseInput(name, WORKFLOW_INPUTS[name], value), InvalidInputError);
        // Nothing is added, and nothing that was said is dropped: an unknown option is a mistake, not a default.
        if (input !== null) expect(input).toEqual(value ?? {});
      }),
      { numRuns: 2_000, seed: 20_260_121 },
    );
  });
});

describe('what a machine gives a step of the Data Grid', () => {
  const inputs = [
    {
      action: 'create-batch',
      operation,
      site: 'site-a',
      step: 'take-offline',
      against: 'site-b',
      caches: null,
      pods: { site: 'uid-1', against: null },
      execution: 'execution',
      attempt: 1,
    },
    {
      action: 'look-at-batch',
      operation: null,
      site: 'site-a',
      step: 'status',
      against: 'site-b',
      caches: ['work'],
      pods: null,
      batch: 'failover-status-1',
      looks: 3,
      since: '2026-01-05T12:00:00.000Z',
    },
    { action: 'cut-bridge', operation, site: 'site-b' },
    {
      action: 'compare-counts',
      source: 'site-a',
      target: 'site-b',
      sourceCounts: { work: 1 },
      targetCounts: {},
    },
  ];

  it('is taken or refused by name, and never without an operation where it changes something', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), ...inputs.map(altered)), (value) => {
        const input = parsed(() => parseDataGridInput(value), InvalidInputError);
        if (input?.action !== 'create-batch' && input?.action !== 'look-at-batch') return;
        const step = parsed(() => checkedStep(configuration, input), FailoverError);
        if (step === null) return;
        expect([step.site, step.against].sort()).toEqual(['site-a', 'site-b']);
        expect(configuration.caches).toEqual(expect.arrayContaining([...step.caches]));
        if (
          ['take-offline', 'clear', 'bring-online', 'push', 'prepare-push', 'end-push'].includes(step.step)
        ) {
          expect(step.operation).toEqual((value as { operation: unknown }).operation);
          expect(step.operation).not.toBeNull();
        }
      }),
      { numRuns: 2_000, seed: 20_260_122 },
    );
  });
});

describe("a deployment's configuration", () => {
  const examples = ['existing', 'new'].map((name) => file(`infra/examples/${name}/failover.config.json`));

  it('is taken or refused with every mistake by its path, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), ...examples.map(altered)), (value) => {
        const deployment = parsed(() => parseDeployment(value), ConfigurationError);
        if (deployment === null) return;
        // What every other part of the product relies on.
        expect(new Set(deployment.sites.map(({ name }) => name)).size).toBe(2);
        expect(deployment.sites.map(({ role }) => role).sort()).toEqual(['PRIMARY', 'SECONDARY']);
        expect(new Set(deployment.caches).size).toBe(deployment.caches.length);
        expect(deployment.caches.length).toBeGreaterThan(0);
      }),
      { numRuns: 1_000, seed: 20_260_123 },
    );
  });
});
