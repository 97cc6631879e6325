/** The stand-ins' time: the process's own by default, so that fake timers move them too. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** @returns what cancels it */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Looks the globals up at each call: fake timers may be installed later than this module is loaded. */
export const globalClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = globalThis.setTimeout(callback, milliseconds);
    return () => globalThis.clearTimeout(timer);
  },
};
