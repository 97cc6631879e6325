import { describe, expect, it } from '@jest/globals';
import { createCloser } from '../../functions/closer/closer.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import { ServiceFault } from '../../lab/aws/service.ts';
import { EXECUTION, type OnCall, onCall } from '../notification/on-call.ts';

const CAUGHT = {
  action: 'close',
  workflow: 'failover',
  execution: EXECUTION,
  error: {
    Error: 'ClusterAccessError',
    Cause: '{"errorMessage":"The Kubernetes API does not accept our token."}',
  },
};
const ended = (status: string, more: object = {}) => ({
  version: '0',
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  region: 'eu-central-1',
  detail: { executionArn: EXECUTION, status, input: '{}', error: null, cause: null, ...more },
});
const holder = async (person: OnCall) => (await person.store.require()).operation?.owner ?? null;

describe('a fault that a machine caught', () => {
  it('is told with its own words, and the operation of that execution is released', async () => {
    const person = await onCall();
    expect(await createCloser(person.edge)(CAUGHT)).toEqual({ outcome: 'closed', released: true });
    expect(person.mails[0]?.subject).toBe('sso: failover failed: ClusterAccessError');
    expect(person.mails[0]?.body).toContain('The Kubernetes API does not accept our token.');
    expect(await holder(person)).toBeNull();
  });

  it('is told before anything is released', async () => {
    const person: OnCall = await onCall({
      sns: { before: async () => expect(await holder(person)).toBe(EXECUTION) },
    });
    await createCloser(person.edge)(CAUGHT);
    expect(person.mails).toHaveLength(1);
  });

  it('releases nothing that another execution holds', async () => {
    const person = await onCall();
    const other = { ...CAUGHT, execution: `${EXECUTION}-other` };
    expect(await createCloser(person.edge)(other)).toEqual({ outcome: 'closed', released: false });
    expect(await holder(person)).toBe(EXECUTION);
  });

  it('of a nested execution is named by what failed inside, not by States.TaskFailed', async () => {
    const person = await onCall();
    const Cause = JSON.stringify({
      Status: 'FAILED',
      Error: 'UnparseableLogError',
      Cause: 'The log has no known form.',
    });
    await createCloser(person.edge)({ ...CAUGHT, error: { Error: 'States.TaskFailed', Cause } });
    expect(person.mails[0]?.body).toContain('UnparseableLogError: The log has no known form.');
  });

  it('that the nested execution has told itself is not told twice, but the operation is released', async () => {
    const person = await onCall();
    const Cause = JSON.stringify({ Status: 'FAILED', Error: 'Told', Cause: 'On-call has been told.' });
    const result = await createCloser(person.edge)({
      ...CAUGHT,
      error: { Error: 'States.TaskFailed', Cause },
    });
    expect(result).toEqual({ outcome: 'closed', released: true });
    expect(person.mails).toEqual([]);
  });

  it('of input that is not usable says to start again with one that is', async () => {
    const person = await onCall();
    await createCloser(person.edge)({
      ...CAUGHT,
      error: { Error: 'InvalidInputError', Cause: 'there is no field "x"' },
    });
    expect(person.mails[0]?.body).toContain('Start "failover" again with an input that it takes.');
  });

  it('that has no cause, as a step that took too long, is told so', async () => {
    const person = await onCall();
    await createCloser(person.edge)({ ...CAUGHT, error: { Error: 'States.Timeout' } });
    expect(person.mails[0]?.body).toContain('States.Timeout: no cause is given');
    const Cause = JSON.stringify({ Status: 'FAILED', Error: 'States.Timeout' });
    await createCloser(person.edge)({ ...CAUGHT, error: { Error: 'States.TaskFailed', Cause } });
    expect(person.mails[1]?.body).toContain('States.Timeout: no cause is given');
  });

  it('without a ledger is told all the same', async () => {
    const person = await onCall({
      dynamodb: {
        after: () => {},
        before: () => {
          throw new ServiceFault('InternalServerError', 'no', 500);
        },
      },
    });
    await expect(createCloser(person.edge)(CAUGHT)).rejects.toMatchObject({ name: 'InternalServerError' });
    expect(person.mails).toHaveLength(1);
  });
});

describe('an execution that no Catch saw the end of', () => {
  it.each([
    ['TIMED_OUT', 'failover ran out of time: TIMED_OUT'],
    ['ABORTED', 'failover was stopped: ABORTED'],
    ['FAILED', 'failover failed: FAILED'],
  ])('%s is told and its operation released', async (status, subject) => {
    const person = await onCall();
    expect(await createCloser(person.edge)(ended(status))).toEqual({ outcome: 'closed', released: true });
    expect(person.mails.map((mail) => mail.subject)).toEqual([`sso: ${subject}`]);
  });

  it.each(['adopt', 'promote-accepting-loss'])(
    '%s says that its input is to be given anew only by who has looked',
    async (workflow) => {
      for (const status of ['ABORTED', 'FAILED']) {
        const person = await onCall();
        const executionArn = EXECUTION.replace('failover', workflow);
        await createCloser(person.edge)(ended(status, { executionArn }));
        expect(person.mails[0]?.body).toContain('look at both before you give it anew');
      }
    },
  );

  it('says nothing of that where the input is no word of anybody', async () => {
    const person = await onCall();
    await createCloser(person.edge)(ended('ABORTED'));
    expect(person.mails[0]?.body).not.toContain('anew');
  });

  it('and failed by its own end is not told twice', async () => {
    const person = await onCall();
    await createCloser(person.edge)(ended('FAILED', { error: 'Told', cause: 'On-call has been told.' }));
    expect(person.mails).toEqual([]);
  });

  it.each([
    ['with the operation of its caller', { operation: { workflow: 'resync', epoch: 3, owner: 'x' } }],
    ['as a Batch of readiness', { operation: null, site: 'site-a', step: 'status', against: 'site-b' }],
  ])('and ran %s is left to its caller', async (_, input) => {
    const person = await onCall();
    await createCloser(person.edge)(ended('TIMED_OUT', { input: JSON.stringify(input) }));
    expect(person.mails).toEqual([]);
  });

  it.each([
    ['readiness, which runs every minute', 'readiness:any-name', 1],
    ['a contain that readiness started', 'contain:contain-r-6f1c2a52-0000-4000-8000-000000000000', 1],
    ['a contain that a person started', 'contain:by-hand', 2],
  ])('of %s is told as often as somebody has to hear it', async (_, name, times) => {
    const person = await onCall();
    const closer = createCloser(person.edge);
    const executionArn = `${EXECUTION.slice(0, EXECUTION.lastIndexOf('failover', EXECUTION.lastIndexOf(':')))}${name}`;
    const event = ended('TIMED_OUT', { executionArn });
    await closer(event);
    await closer(event);
    expect(person.mails).toHaveLength(times);
  });
});

describe('a fault that a workflow meets again and again by itself', () => {
  it('is told once of one loss, however often the operation was taken meanwhile, and of the next loss at once', async () => {
    const person = await onCall();
    const closer = createCloser(person.edge);
    const fault = (attempt: number) => ({
      ...CAUGHT,
      execution: EXECUTION.replace(/one$/, `failover-e${attempt}-1`),
    });
    await closer(fault(3));
    person.at += 60_000;
    await person.knows(
      { type: 'operation-released', owner: EXECUTION, result: 'failed', detail: '' },
      { type: 'isolation-wanted', reason: 'not isolated' },
      { type: 'operation-claimed', workflow: 'failover', owner: fault(5).execution },
    );
    await closer(fault(5));
    expect(person.mails).toHaveLength(1);
    await person.knows(
      { type: 'operation-claimed', workflow: 'resync', owner: 'two' },
      { type: 'resync-proved', site: 'site-b' as SiteName },
      { type: 'operation-released', owner: 'two', result: 'succeeded', detail: '' },
      { type: 'passive-site-left', passive: 'site-b' as SiteName, reason: 'again' },
    );
    await closer(fault(9));
    expect(person.mails).toHaveLength(2);
  });
});

describe('a switchover that ended badly', () => {
  const SWITCHOVER = EXECUTION.replace('failover', 'switchover');
  const FAULT = { ...CAUGHT, workflow: 'switchover', execution: SWITCHOVER };
  const claimed = async (faults?: Parameters<typeof onCall>[0]) => {
    const person = await onCall(faults);
    await person.knows(
      { type: 'operation-released', owner: EXECUTION, result: 'succeeded', detail: '' },
      { type: 'operation-claimed', workflow: 'resync', owner: 'before' },
      { type: 'resync-proved', site: 'site-b' as SiteName },
      { type: 'operation-released', owner: 'before', result: 'succeeded', detail: '' },
      { type: 'operation-claimed', workflow: 'switchover', owner: SWITCHOVER },
    );
    return person;
  };

  it('before traffic moved says who serves, and what it would do when it is started again', async () => {
    const person = await claimed();
    await createCloser(person.edge)(FAULT);
    expect(person.mails[0]?.body).toContain(
      'site-a serves. Started again, "switchover" moves traffic from there to site-b',
    );
  });

  it.each([
    ['failed', FAULT],
    ['was stopped', ended('ABORTED', { executionArn: SWITCHOVER })],
  ])('after traffic moved, because it %s, says not to start it again', async (_, event) => {
    const person = await claimed();
    person.at += 5_000;
    await person.knows({ type: 'traffic-moved', to: 'site-b' as SiteName });
    await createCloser(person.edge)(event);
    expect(person.mails[0]?.body).toContain(
      'Traffic has moved to site-b already. Do NOT start "switchover" again',
    );
    expect(person.mails[0]?.body).toContain('{"lostSite":"site-a"}');
    expect(person.mails[0]?.body).not.toContain('it takes up what is left');
  });

  it('with an input that it does not take says which it takes', async () => {
    const person = await claimed();
    await createCloser(person.edge)({ ...FAULT, error: { Error: 'InvalidInputError', Cause: 'no "x"' } });
    expect(person.mails[0]?.body).toContain('Start "switchover" again with an input that it takes.');
  });

  it('while the ledger can not be read says to find out who serves first', async () => {
    const broken = {
      before: () => {
        throw new ServiceFault('InternalServerError', 'no', 500);
      },
    };
    const person = await claimed({ dynamodb: broken });
    await expect(createCloser(person.edge)(FAULT)).rejects.toMatchObject({ name: 'InternalServerError' });
    expect(person.mails[0]?.body).toContain('Find out who serves before you start "switchover" again');
  });
});

it('an event of another kind is refused', async () => {
  const person = await onCall();
  await expect(createCloser(person.edge)({ source: 'aws.ec2', detail: {} })).rejects.toMatchObject({
    name: 'InvalidInputError',
  });
  await expect(createCloser(person.edge)(ended('SUCCEEDED'))).rejects.toMatchObject({
    name: 'InvalidInputError',
  });
  await expect(createCloser(person.edge)(null)).rejects.toMatchObject({ name: 'InvalidInputError' });
});
