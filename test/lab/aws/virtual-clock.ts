import FakeTimers from '@sinonjs/fake-timers';
import type { Clock } from '../../../lab/aws/clock.ts';

/** A clock that moves only when a test says so, from noon of a day. */
export function virtualClock(): Clock & { advance(seconds: number): Promise<void> } {
  const timers = FakeTimers.createClock(Date.UTC(2026, 0, 5, 12, 0, 0));
  return {
    now: () => timers.now,
    after: (milliseconds, callback) => {
      const timer = timers.setTimeout(callback, milliseconds);
      return () => timers.clearTimeout(timer);
    },
    advance: async (seconds) => {
      await timers.tickAsync(seconds * 1000);
    },
  };
}
