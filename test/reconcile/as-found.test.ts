import { expect, it } from '@jest/globals';
import { A, B, exampleConfiguration, execution } from '../ledger/example.ts';
import { Incident } from './incident.ts';
import { sample } from './samples.ts';

it('after a whole incident an existing installation has its health checks as they were found, so that all of this can be removed', async () => {
  const incident = new Incident(exampleConfiguration({}, 'health-check-path'));
  const checks = () =>
    [incident.checks.config(A), incident.checks.config(B)].map((config) => ({
      // As Route 53 answers where nothing was said.
      Inverted: false,
      Disabled: false,
      ...config,
    }));
  const found = checks();
  expect(await incident.step('adopt', { serving: 'site-a', inSync: true })).toMatchObject({
    outcome: 'adopted',
  });
  expect(checks()).toEqual(found);

  incident.seconds = -60;
  incident.checks.loses(A);
  incident.seconds = 2;
  await incident.reconcile(sample('sns-endpoint-down'));
  expect(incident.checks.answer).toBe(B);
  expect(checks()).not.toEqual(found);

  incident.checks.finds(A);
  await incident.knows(
    { type: 'operation-claimed', workflow: 'failover', owner: execution('failover') },
    { type: 'operation-released', owner: execution('failover'), result: 'succeeded', detail: '' },
    { type: 'operation-claimed', workflow: 'contain', owner: execution('contain') },
    { type: 'site-contained', site: A },
    { type: 'operation-released', owner: execution('contain'), result: 'succeeded', detail: '' },
    { type: 'operation-claimed', workflow: 'resync', owner: execution('resync') },
    { type: 'resync-proved', site: A },
    { type: 'operation-released', owner: execution('resync'), result: 'succeeded', detail: '' },
  );
  incident.seconds = 3600;
  await incident.sweep();

  await incident.knows({ type: 'operation-claimed', workflow: 'switchback', owner: execution('switchback') });
  const operation = {
    workflow: 'switchback',
    owner: execution('switchback'),
    epoch: (await incident.ledger()).epoch,
  };
  expect(await incident.traffic({ action: 'move', operation, to: 'site-a' })).toMatchObject({
    outcome: 'moved',
  });
  expect(incident.checks.answer).toBe(A);
  await incident.knows({
    type: 'operation-released',
    owner: execution('switchback'),
    result: 'succeeded',
    detail: '',
  });
  incident.seconds = 3660;
  await incident.sweep();
  expect(checks()).toEqual(found);
});
