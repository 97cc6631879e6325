import { afterEach, expect, test } from '@jest/globals';
import FakeTimers from '@sinonjs/fake-timers';
import fc from 'fast-check';
import { VirtualClock } from '../../lab/simulated/virtual-clock.ts';

const BEGINNING = Date.UTC(2026, 0, 5, 12, 0, 0);

/** A timer, what it sets when it comes due, and whether it is cleared then by the one before it. */
interface Plan {
  readonly delay: number;
  readonly sets: readonly Plan[];
  readonly clears: boolean;
}

const plans = fc.letrec<{ plans: Plan[] }>((tie) => ({
  plans: fc.array(
    fc.record({
      delay: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0.01, max: 9, noNaN: true })),
      sets: fc.oneof({ maxDepth: 3 }, fc.constant([]), tie('plans')),
      clears: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
})).plans;

let uninstall = () => {};
afterEach(() => uninstall());

/** Sets the timers, lets each come due, and says when each did. */
function told(these: readonly Plan[], next: () => boolean): readonly string[] {
  const log: string[] = [];
  let last: ReturnType<typeof setTimeout> | undefined;
  const set = (each: readonly Plan[], name: string) => {
    for (const [index, { delay, sets, clears }] of each.entries()) {
      if (clears) clearTimeout(last);
      const own = `${name}.${index}`;
      last = setTimeout(() => {
        log.push(`${own} at ${Date.now() - BEGINNING}, ${new Date().toISOString()}`);
        set(sets, own);
      }, delay);
    }
  };
  set(these, 'timer');
  while (next()) if (log.length > 1_000) throw new Error('It never ends.');
  return log;
}

test('timers come due when, and in the order in which, those of fake-timers do', () => {
  fc.assert(
    fc.property(plans, (these) => {
      const clock = new VirtualClock(BEGINNING);
      clock.install();
      uninstall = () => clock.uninstall();
      const mine = told(these, () => {
        const isAny = clock.waiting > 0;
        clock.next();
        return isAny;
      });
      clock.uninstall();
      const other = FakeTimers.install({ now: BEGINNING, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
      uninstall = () => other.uninstall();
      const theirs = told(these, () => {
        const isAny = other.countTimers() > 0;
        other.next();
        return isAny;
      });
      other.uninstall();
      expect(mine).toEqual(theirs);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('a date that is given its time is that date, and what was made before the clock is one too', () => {
  const before = new Date(5);
  const clock = new VirtualClock(BEGINNING);
  clock.install();
  uninstall = () => clock.uninstall();
  expect(new Date(5).getTime()).toBe(5);
  expect(new Date('2026-01-05T12:00:00Z').getTime()).toBe(BEGINNING);
  expect(before instanceof Date).toBe(true);
  expect(Date.parse('2026-01-05T12:00:00Z')).toBe(BEGINNING);
});

test('a callback that throws leaves the clock at its time, and the next timer comes due', () => {
  const clock = new VirtualClock(BEGINNING);
  clock.install();
  uninstall = () => clock.uninstall();
  setTimeout(() => {
    throw new Error('broken');
  }, 10);
  const seen: number[] = [];
  setTimeout((...given: number[]) => seen.push(Date.now() - BEGINNING, ...given), 20, 1, 2);
  expect(() => clock.next()).toThrow('broken');
  clock.next();
  expect(seen).toEqual([20, 1, 2]);
  expect(clock.waiting).toBe(0);
});

test('a limit of time is reached on the clock, and by real time once the clock is gone', () => {
  const real = AbortSignal.timeout;
  const clock = new VirtualClock(BEGINNING);
  clock.install();
  uninstall = () => clock.uninstall();
  const limit = AbortSignal.timeout(8_000);
  setTimeout(() => {}, 7_999);
  clock.next();
  expect(limit.aborted).toBe(false);
  clock.next();
  expect(Date.now() - BEGINNING).toBe(8_000);
  expect(limit.reason).toMatchObject({ name: 'TimeoutError' });
  clock.uninstall();
  expect(AbortSignal.timeout).toBe(real);
});
