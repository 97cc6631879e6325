/** A timer that has not come due. */
interface Timer {
  at: number;
  readonly order: number;
  /** Null once it came due or was cleared. */
  work: (() => void) | null;
}

const RealDate = globalThis.Date;
const REAL = {
  Date: RealDate,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
};
const realLimit = AbortSignal.timeout;

/**
 * Stands in for `Date`, `setTimeout`, `clearTimeout` and `AbortSignal.timeout` of the process while it is installed;
 * time goes on when it is told to. Timers come due by their time, then in the order in which they were set.
 */
export class VirtualClock {
  #now: number;
  #count = 0;
  #alive = 0;
  #running = false;
  /** A heap: each comes due no later than the two at twice its place. */
  readonly #heap: Timer[] = [];

  /** @param now milliseconds since the epoch at which it begins */
  constructor(now: number) {
    this.#now = now;
  }

  /** How many timers have yet to come due. */
  get waiting(): number {
    return this.#alive;
  }

  install(): void {
    const now = () => this.#now;
    Object.assign(globalThis, {
      setTimeout: (work: (...given: unknown[]) => void, milliseconds?: number, ...given: unknown[]) =>
        this.#set(given.length === 0 ? work : () => work(...given), milliseconds ?? 0),
      clearTimeout: (timer: Timer | null | undefined) => this.#clear(timer),
      Date: class VirtualDate extends RealDate {
        static override now = now;
        static override [Symbol.hasInstance](value: unknown): boolean {
          return RealDate[Symbol.hasInstance](value);
        }
        constructor(...given: []) {
          if (given.length === 0) super(now());
          else super(...given);
        }
      },
    });
    // By real time a limit would come at a moment of its own, and keep its whole story in memory until then.
    AbortSignal.timeout = (milliseconds) => {
      const limit = new AbortController();
      this.#set(() => limit.abort(timedOut()), milliseconds);
      return limit.signal;
    };
  }

  uninstall(): void {
    Object.assign(globalThis, REAL);
    AbortSignal.timeout = realLimit;
  }

  /** Goes on to the next timer, and runs it. */
  next(): void {
    let timer = this.#shift();
    while (timer !== undefined && timer.work === null) timer = this.#shift();
    if (timer === undefined) return;
    const work = timer.work!;
    timer.work = null;
    this.#alive -= 1;
    this.#now = timer.at;
    this.#running = true;
    try {
      work();
    } finally {
      this.#running = false;
    }
  }

  #set(work: () => void, milliseconds: number): Timer {
    // As Node does: whole milliseconds, and what a timer sets for now comes after it.
    const whole = Math.trunc(milliseconds);
    const delay = whole > 0 ? whole : this.#running ? 1 : 0;
    const timer = { at: this.#now + delay, order: this.#count++, work };
    this.#alive += 1;
    this.#push(timer);
    return timer;
  }

  #clear(timer: Timer | null | undefined): void {
    if (timer == null || timer.work === null) return;
    timer.work = null;
    this.#alive -= 1;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(timer, heap[above]!)) break;
      heap[place] = heap[above]!;
      place = above;
    }
    heap[place] = timer;
  }

  #shift(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let place = 0;
    for (let below = 1; below < heap.length; below = 2 * place + 1) {
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below += 1;
      if (!isBefore(heap[below]!, last)) break;
      heap[place] = heap[below]!;
      place = below;
    }
    heap[place] = last;
    return first;
  }
}

const timedOut = () => new DOMException('The operation was aborted due to timeout', 'TimeoutError');

const isBefore = (one: Timer, other: Timer): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);
