import { describe, expect, it } from '@jest/globals';
import { createNotification } from '../../functions/notification/notification.ts';
import { bodyOf, subjectOf } from '../../functions/shared/mail.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import { OperationNotes } from '../../functions/shared/operation-notes.ts';
import { ServiceFault } from '../../lab/aws/service.ts';
import { EXECUTION, onCall } from './on-call.ts';

const TELL = {
  action: 'tell',
  about: 'failover-isolated',
  workflow: 'failover',
  execution: EXECUTION,
  details: { serving: 'site-a', lost: 'site-b' },
};
/** As reconcile names what it starts for a decision; a person's have another name. */
const STARTED_BY_ITSELF = EXECUTION.replace(/one$/, 'failover-e3-1');
const NOTHING_MOVED = {
  ...TELL,
  execution: STARTED_BY_ITSELF,
  about: 'nothing-moved',
  details: { last: { outcome: 'busy', reason: 'resync runs.' } },
};

describe('telling on-call', () => {
  it('says what happened, where things stand by the ledger, and what to do next', async () => {
    const person = await onCall();
    expect(await createNotification(person.edge)(TELL)).toEqual({ outcome: 'told' });
    const [mail] = person.mails;
    expect(mail?.subject).toBe('sso: site-a serves, site-b is taken offline there');
    expect(mail?.body).toMatch(/site-b is stale since .*NOT proven offline at site-a/);
    expect(mail?.body).toContain(EXECUTION);
  });

  it('works when the ledger can’t be read', async () => {
    const broken = {
      before: () => {
        throw new ServiceFault('InternalServerError', 'no', 500);
      },
    };
    const person = await onCall({ dynamodb: broken });
    await createNotification(person.edge)(TELL);
    expect(person.mails[0]?.body).toContain("The ledger can't be read (InternalServerError).");
  });

  it('says nothing of an isolation that a resync has ended, as a failover that is redriven does', async () => {
    const person = await onCall();
    await person.knows(
      { type: 'operation-released', owner: EXECUTION, result: 'failed', detail: '' },
      { type: 'site-contained', site: 'site-b' as SiteName },
      { type: 'operation-claimed', workflow: 'resync', owner: 'resync' },
    );
    const notification = createNotification(person.edge);
    expect(await notification(TELL)).toEqual({ outcome: 'over' });
    expect(person.mails).toEqual([]);
    await person.knows({ type: 'resync-proved', site: 'site-b' as SiteName });
    expect(await notification(TELL)).toEqual({ outcome: 'over' });
    expect(await notification({ ...TELL, about: 'failover-done' })).toEqual({ outcome: 'told' });
  });

  it('says nothing of a delay while the site is proven offline, or a resync runs, and all of a failure', async () => {
    const person = await onCall();
    const notification = createNotification(person.edge);
    const delayed = { ...TELL, about: 'isolation-delayed' };
    expect(await notification(delayed)).toEqual({ outcome: 'told' });
    await person.knows({ type: 'isolation-proved', site: 'site-b' as SiteName });
    expect(await notification(delayed)).toEqual({ outcome: 'over' });
    await person.knows(
      { type: 'isolation-lost', site: 'site-b' as SiteName },
      { type: 'operation-released', owner: EXECUTION, result: 'failed', detail: '' },
      { type: 'site-contained', site: 'site-b' as SiteName },
      { type: 'operation-claimed', workflow: 'resync', owner: 'resync' },
    );
    expect(await notification(delayed)).toEqual({ outcome: 'over' });
    expect(await notification({ ...delayed, about: 'isolation-failed' })).toEqual({ outcome: 'told' });
    expect(person.mails).toHaveLength(2);
  });

  it('says nothing of a site that was settled as in sync and is not any more, as where readiness is redriven', async () => {
    const person = await onCall();
    const notification = createNotification(person.edge);
    const last = { outcome: 'settled', site: 'site-a', trust: 'in-sync', reason: 'It was looked at.' };
    const settled = { ...TELL, about: 'settled', workflow: 'readiness', details: { last } };
    expect(await notification(settled)).toEqual({ outcome: 'told' });
    await person.knows({ type: 'site-suspected', site: 'site-a' as SiteName });
    expect(await notification(settled)).toEqual({ outcome: 'over' });
    const stale = { ...settled, details: { last: { ...last, trust: 'stale' } } };
    expect(await notification(stale)).toEqual({ outcome: 'told' });
  });

  it('does not say of a planned move that is redriven that its site serves, where another one does by then', async () => {
    const person = await onCall();
    const notification = createNotification(person.edge);
    const done = { ...TELL, about: 'switchback-done', workflow: 'switchback' };
    await notification({ ...done, details: { from: 'site-b', to: 'site-a' } });
    expect(person.mails.at(-1)?.subject).toBe('sso: site-a, the primary, serves again');
    await notification({ ...done, details: { from: 'site-a', to: 'site-b' } });
    expect(person.mails.at(-1)?.subject).toBe(
      'sso: site-b served after the switchback, and does not any more',
    );
  });

  it('lets a fault of SNS through, so that the machine tries again', async () => {
    const broken = {
      before: () => {
        throw new ServiceFault('ThrottlingException', 'slow down');
      },
    };
    const person = await onCall({ sns: broken });
    await expect(createNotification(person.edge)(TELL)).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
  });

  it('says an end that a workflow without a person could repeat every minute once in half an hour', async () => {
    const person = await onCall();
    const notification = createNotification(person.edge);
    expect(await notification(NOTHING_MOVED)).toEqual({ outcome: 'told' });
    expect(await notification(NOTHING_MOVED)).toEqual({ outcome: 'told-before' });
    person.at += 1_801_000;
    expect(await notification(NOTHING_MOVED)).toEqual({ outcome: 'told' });
    expect(person.mails).toHaveLength(2);
  });

  it('answers whoever started a workflow by hand, although the same was said a moment ago', async () => {
    const person = await onCall();
    const notification = createNotification(person.edge);
    await notification(NOTHING_MOVED);
    const byHand = { ...NOTHING_MOVED, execution: EXECUTION };
    expect(await notification(byHand)).toEqual({ outcome: 'told' });
    expect(await notification(byHand)).toEqual({ outcome: 'told' });
    const switchover = { ...byHand, workflow: 'switchover' };
    expect(await notification(switchover)).toEqual({ outcome: 'told' });
  });

  it.each(['isolation-delayed', 'isolation-failed'] as const)(
    'says %s once in half an hour of the same loss, and of the next loss at once',
    async (about) => {
      const person = await onCall();
      const notification = createNotification(person.edge);
      const told = (attempt: number) =>
        notification({
          ...TELL,
          about,
          execution: EXECUTION.replace(/one$/, `failover-e${attempt}-1`),
          details: { ...TELL.details, last: { outcome: 'unreachable', reason: `attempt ${attempt}` } },
        });
      expect(await told(3)).toEqual({ outcome: 'told' });
      expect(await told(4)).toEqual({ outcome: 'told-before' });
      person.at += 60_000;
      await person.knows(
        { type: 'operation-released', owner: EXECUTION, result: 'failed', detail: '' },
        { type: 'promoted-accepting-loss', site: 'site-b' as SiteName, reason: 'a test' },
        { type: 'promoted-accepting-loss', site: 'site-a' as SiteName, reason: 'a test' },
      );
      expect(await told(9)).toEqual({ outcome: 'told' });
      expect(person.mails).toHaveLength(2);
    },
  );

  it.each(['failover-isolated', 'failover-done'] as const)(
    'says %s once in half an hour while the isolation is in doubt, and at once that it no longer is',
    async (about) => {
      const person = await onCall();
      const notification = createNotification(person.edge);
      const told = (attempt: number, leftovers: object) =>
        notification({
          ...TELL,
          about,
          execution: EXECUTION.replace(/one$/, `failover-e${attempt}-1`),
          details: { ...TELL.details, leftovers },
        });
      const left = { outcome: 'left', reason: 'The Batch push-1 is there.', remedy: 'Delete it.' };
      expect(await told(3, left)).toEqual({ outcome: 'told' });
      expect(await told(4, left)).toEqual({ outcome: 'told-before' });
      for (const attempt of [5, 6])
        expect(await told(attempt, { outcome: 'none-left' })).toEqual({ outcome: 'told' });
      if (about === 'failover-isolated') expect(await told(7, left)).toEqual({ outcome: 'told' });
      else expect(await told(7, { ...left, outcome: 'unreachable' })).toEqual({ outcome: 'told' });
    },
  );

  it('says once that a site is not contained, although each try names another Batch, and of the next loss at once', async () => {
    const person = await onCall();
    const notification = createNotification(person.edge);
    const told = (attempt: number) =>
      notification({
        ...TELL,
        about: 'contain-failed',
        workflow: 'contain',
        execution: `${EXECUTION.slice(0, EXECUTION.lastIndexOf(':'))}:contain-r-6f1c2a52-0000-4000-8000-00000000000${attempt}`,
        details: {
          site: 'site-b',
          serving: 'site-a',
          last: { outcome: 'timed-out', reason: `The Batch co-take-offline-${attempt} did not end in time.` },
        },
      });
    expect(await told(1)).toEqual({ outcome: 'told' });
    expect(await told(2)).toEqual({ outcome: 'told-before' });
    person.at += 60_000;
    await person.knows(
      { type: 'operation-released', owner: EXECUTION, result: 'succeeded', detail: '' },
      { type: 'operation-claimed', workflow: 'resync', owner: 'two' },
      { type: 'resync-proved', site: 'site-b' as SiteName },
      { type: 'operation-released', owner: 'two', result: 'succeeded', detail: '' },
      { type: 'passive-site-left', passive: 'site-b' as SiteName, reason: 'again' },
    );
    expect(await told(3)).toEqual({ outcome: 'told' });
  });

  it('says that writes are refused again at once after it said that they were good', async () => {
    const person = await onCall();
    const notification = createNotification(person.edge);
    const failed = (attempt: number) => ({
      ...TELL,
      about: 'isolation-failed',
      execution: EXECUTION.replace(/one$/, `failover-e${attempt}-1`),
    });
    expect(await notification(failed(3))).toEqual({ outcome: 'told' });
    expect(await notification(TELL)).toEqual({ outcome: 'told' });
    expect(await notification(failed(7))).toEqual({ outcome: 'told' });
    expect(await notification(failed(8))).toEqual({ outcome: 'told-before' });
  });

  it('says it again at once when the reason is another one', async () => {
    const person = await onCall();
    const notification = createNotification(person.edge);
    await notification(NOTHING_MOVED);
    await notification({
      ...NOTHING_MOVED,
      details: { last: { outcome: 'not-safe', reason: 'site-b is stale.' } },
    });
    expect(person.mails).toHaveLength(2);
  });

  it('tells all the same when it can’t note what it told', async () => {
    const person = await onCall({
      dynamodb: {
        before: ({ operation }) => {
          if (operation === 'PutItem') throw new ServiceFault('InternalServerError', 'no', 500);
        },
      },
    });
    expect(await createNotification(person.edge)(NOTHING_MOVED)).toEqual({ outcome: 'told' });
  });

  it('keeps what it told for the report, once it is told, with the moment of the loss', async () => {
    const person = await onCall();
    const decision = { outcome: 'act', reason: 'an alarm', since: '2026-01-05T11:59:00.000Z' };
    await createNotification(person.edge)({ ...TELL, details: { ...TELL.details, decision } });
    const notes = await new OperationNotes(person.edge).of(EXECUTION);
    expect(notes.lossAt).toBe('2026-01-05T11:59:00.000Z');
    expect(person.mails).toEqual([
      expect.objectContaining({ subject: subjectOf(notes.told!), body: bodyOf(notes.told!) }),
    ]);
  });

  it('keeps nothing of what could not be told', async () => {
    const broken = {
      before: () => {
        throw new ServiceFault('ThrottlingException', 'slow down');
      },
    };
    const person = await onCall({ sns: broken });
    await expect(createNotification(person.edge)(TELL)).rejects.toThrow('slow down');
    expect(person.reportsTable.backup().size).toBe(0);
  });

  it.each(['ResourceNotFoundException', 'InternalServerError'])(
    'tells all the same when the table of the reports answers %s',
    async (fault) => {
      const person = await onCall({
        dynamodb: {
          before: ({ operation }) => {
            if (operation === 'UpdateItem') throw new ServiceFault(fault, 'no', 500);
          },
        },
      });
      expect(await createNotification(person.edge)(TELL)).toEqual({ outcome: 'told' });
      expect(person.mails).toHaveLength(1);
    },
  );

  it('refuses an event that it does not know, with the fields that exist', async () => {
    const person = await onCall();
    await expect(createNotification(person.edge)({ ...TELL, to: 'somebody' })).rejects.toThrow(
      /there is no field "to".*about, workflow, execution, details/,
    );
    await expect(createNotification(person.edge)({ ...TELL, about: 'the weather' })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
  });
});
