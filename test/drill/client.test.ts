import { describe, expect, it } from '@jest/globals';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { Client, type ClientOptions, readAnswer, writeOutcome } from '../../lab/drill/client.ts';
import type { SessionAnswer, SessionRequest } from '../../lab/drill/world.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';
import { A, B, WORK } from './records.ts';

const DONE: SessionAnswer = { kind: 'answered', status: 204, value: null };
const MISSING: SessionAnswer = { kind: 'answered', status: 404, value: null };
const found = (value: string): SessionAnswer => ({ kind: 'answered', status: 200, value });

describe('what became of a write', () => {
  it.each([
    ['good', 'read back as written', DONE, 'one', found('one')],
    ['good', 'ended, and missing when read back', DONE, null, MISSING],
    ['lost', 'answered as done, and missing when read back', DONE, 'one', MISSING],
    ['lost', 'answered as done, and the old value when read back', DONE, 'two', found('one')],
    ['lost', 'ended, and still there when read back', DONE, null, found('one')],
    ['unknown', 'answered as done, and nobody answered the read-back', DONE, 'one', { kind: 'no-answer' }],
    ['unknown', 'never answered', { kind: 'no-answer' }, 'one', null],
    ['refused', 'answered with an error', { kind: 'answered', status: 500, value: null }, 'one', null],
    ['refused', 'not let in', { kind: 'refused' }, 'one', null],
  ] as const)('is %s: %s', (outcome, _, answer, value, readBack) => {
    expect(writeOutcome(answer, value, readBack === null ? null : readAnswer(readBack))).toBe(outcome);
  });
});

class FakeWorld {
  readonly held = new Map<string, string>();
  site: SiteName = A;
  resolved = 0;
  hanging = new Set<string>();
  answer: (site: SiteName, request: SessionRequest) => SessionAnswer | null = () => null;
  now = () => Date.now();
  sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  resolve = async () => {
    this.resolved++;
    return this.site;
  };
  request = async (site: SiteName, request: SessionRequest, timeout: number): Promise<SessionAnswer> => {
    const { method, key, value } = request;
    if (this.hanging.has(key)) {
      await this.sleep(timeout);
      return { kind: 'no-answer' };
    }
    await this.sleep(4);
    const special = this.answer(site, request);
    if (special !== null) return special;
    if (method === 'GET') return this.held.has(key) ? found(this.held.get(key)!) : MISSING;
    if (method === 'PUT') this.held.set(key, value!);
    else this.held.delete(key);
    return DONE;
  };
}

const OPTIONS: ClientOptions = {
  caches: [WORK, 'sessions' as CacheName],
  requestsPerSecond: 20,
  timeoutMilliseconds: 5_000,
  dnsTtlMilliseconds: 5_000,
  seed: 1,
};

const atWork = (seconds: number, prepare: (world: FakeWorld) => void = () => {}) =>
  onVirtualTime(async () => {
    const world = new FakeWorld();
    prepare(world);
    const client = new Client(world, OPTIONS);
    client.start();
    await world.sleep(seconds * 1000);
    await client.stop();
    return { client, world };
  });

describe('the client', () => {
  it('creates, updates, ends and reads sessions in every cache at its pace, and reads each write back', async () => {
    const { client } = await atWork(60);
    const writes = client.attempts.filter((attempt) => attempt.type === 'write');
    expect(writes.every(({ outcome }) => outcome === 'good')).toBe(true);
    expect(writes.every(({ readBack }) => readBack !== null)).toBe(true);
    expect(new Set(client.attempts.map(({ cache }) => cache)).size).toBe(2);
    expect(writes.some(({ value }) => value === null)).toBe(true);
    expect(client.attempts.length).toBeGreaterThan(19 * 60);
    expect(client.attempts.length).toBeLessThan(21 * 60);
  });

  it('does the same in each run', async () => {
    const [one, two] = [await atWork(20), await atWork(20)];
    expect(one.client.attempts).toEqual(two.client.attempts);
  });

  it('goes on with its other sessions while one request hangs', async () => {
    const { client } = await atWork(30, (world) => {
      world.hanging.add('session-0');
    });
    const unknown = client.attempts.filter(
      (attempt) => attempt.type === 'write' && attempt.outcome === 'unknown',
    );
    expect(unknown.length).toBeGreaterThan(0);
    expect(unknown.every(({ key, milliseconds }) => key === 'session-0' && milliseconds === 5_000)).toBe(
      true,
    );
    expect(client.attempts.length).toBeGreaterThan(500);
  });

  it('follows DNS, and uses an answer again for as long as it may', async () => {
    const { client, world } = await atWork(30, (it) => {
      setTimeout(() => {
        it.site = B;
      }, 12_000);
    });
    expect(world.resolved).toBeLessThanOrEqual(12);
    const first = client.attempts.find(({ site }) => site === B)!;
    const began = client.attempts[0]!.at;
    expect(first.at - began).toBeGreaterThan(12_000);
    expect(first.at - began).toBeLessThan(17_500);
  });

  it('notices a session that was answered as stored and is not there', async () => {
    const { client } = await atWork(5, (world) => {
      world.answer = (_, { method }) => (method === 'PUT' ? DONE : null);
    });
    const writes = client.attempts.filter((attempt) => attempt.type === 'write' && attempt.value !== null);
    expect(writes.every((attempt) => attempt.type === 'write' && attempt.outcome === 'lost')).toBe(true);
  });
});
