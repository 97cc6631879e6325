import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createLedger } from '../../functions/ledger/operations.ts';
import { execution, inSync } from '../ledger/example.ts';
import { LedgerTable } from '../ledger/table.ts';
import { Incident } from './incident.ts';
import { sample } from './samples.ts';

const names = (folder: string) =>
  readdirSync(new URL(`../../events/${folder}`, import.meta.url)).map((file) => file.replace('.json', ''));

const CLAIMING = ['failover', 'contain', 'resync', 'switchover', 'switchback'];
const DECIDING: Readonly<Record<string, string>> = {
  failover: 'decide',
  adopt: 'adopt',
  'promote-accepting-loss': 'promote-accepting-loss',
};

/** Named after the workflow, and then after what it does. */
const workflowOf = (name: string, workflows: readonly string[]): string | undefined =>
  workflows.find((workflow) => name === workflow || name.startsWith(`${workflow}-`));

describe('an input under events/inputs', () => {
  it.each(names('inputs').filter((name) => workflowOf(name, CLAIMING) !== undefined))(
    'is taken by the workflow that it is named after: %s',
    async (name) => {
      const world = new LedgerTable();
      await world.holds(inSync());
      const workflow = workflowOf(name, CLAIMING)!;
      const owner = execution(workflow);
      const outcome = createLedger(world.edge)({
        action: 'claim',
        workflow,
        owner,
        input: sample(`inputs/${name}`),
      });
      await expect(outcome).resolves.toHaveProperty('outcome');
    },
  );

  it.each(names('inputs').filter((name) => workflowOf(name, Object.keys(DECIDING)) !== undefined))(
    'is taken by the decision that it asks for: %s',
    async (name) => {
      const incident = await new Incident().begins();
      const action = DECIDING[workflowOf(name, Object.keys(DECIDING))!]!;
      await expect(incident.step(action, sample(`inputs/${name}`))).resolves.toHaveProperty('outcome');
    },
  );

  it.each(['approve', 'approve-refusing'])('is taken as an answer: %s', async (name) => {
    const world = new LedgerTable();
    await world.holds(inSync());
    const input = sample(`inputs/${name}`);
    await expect(createLedger(world.edge)({ action: 'answer-approval', input })).resolves.toMatchObject({
      outcome: 'nothing-to-do',
    });
  });

  it('is {} for every workflow that needs no name typed out', () => {
    const plain = [...CLAIMING, 'approve', 'readiness'];
    expect(plain.map((name) => [name, sample(`inputs/${name}`)])).toEqual(plain.map((name) => [name, {}]));
  });
});

it.each(names('ledger'))('the ledger takes events/ledger/%s', async (name) => {
  const world = new LedgerTable();
  await world.holds(inSync());
  await expect(createLedger(world.edge)(sample(`ledger/${name}`))).resolves.toHaveProperty('outcome');
});
