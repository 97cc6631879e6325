interface Due {
  readonly at: number;
  readonly work: () => void;
}

/**
 * The timers of a site that can be stopped whole and goes on later, as its processes do on SIGSTOP and SIGCONT:
 * what fell due meanwhile happens at once when it goes on.
 */
export class SiteTimers {
  readonly #due = new Map<Due, NodeJS.Timeout | null>();
  #waiting: (() => void)[] = [];
  #frozen = false;

  after(milliseconds: number, work: () => void): void {
    const due: Due = { at: Date.now() + milliseconds, work };
    this.#due.set(due, null);
    if (!this.#frozen) this.#arm(due);
  }

  /** For what comes from outside the site's own timers: at once, or when the site goes on. */
  whenAwake(work: () => void): void {
    if (this.#frozen) this.#waiting.push(work);
    else work();
  }

  freeze(): void {
    this.#frozen = true;
    for (const [due, timer] of this.#due) {
      if (timer !== null) clearTimeout(timer);
      this.#due.set(due, null);
    }
  }

  thaw(): void {
    if (!this.#frozen) return;
    this.#frozen = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const work of waiting) work();
    for (const [due, timer] of [...this.#due].sort(([a], [b]) => a.at - b.at)) {
      if (timer === null) this.#arm(due);
    }
  }

  /** Nothing of it happens any more. */
  stop(): void {
    for (const timer of this.#due.values()) if (timer !== null) clearTimeout(timer);
    this.#due.clear();
    this.#waiting = [];
    this.#frozen = true;
  }

  #arm(due: Due): void {
    const timer = setTimeout(
      () => {
        this.#due.delete(due);
        due.work();
      },
      Math.max(0, due.at - Date.now()),
    );
    this.#due.set(due, timer);
  }
}
