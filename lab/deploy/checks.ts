const LOOK_MILLISECONDS = 500;

/** What was looked at: whether it is as it must be, and what was seen in words. */
export interface Seen {
  readonly holds: boolean;
  readonly seen: string;
  /** It will not change any more, so there is nothing to wait for. */
  readonly over?: boolean;
}

/** Prints each check with what was seen, and counts. */
export class Checks {
  passed = 0;
  failed = 0;
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  that(what: string, { holds, seen }: Seen): boolean {
    if (holds) this.passed++;
    else this.failed++;
    this.#print(`${holds ? 'ok    ' : 'FAILED'}  ${what} (${seen})`);
    return holds;
  }

  /** Looks until it holds, or for so long. */
  async within(seconds: number, what: string, look: () => Promise<Seen> | Seen): Promise<boolean> {
    const began = Date.now();
    for (;;) {
      const { holds, seen, over = false } = await look();
      const after = Math.round((Date.now() - began) / 1000);
      if (holds || over || after >= seconds)
        return this.that(what, { holds, seen: `${seen}; after ${after} s` });
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    }
  }
}
