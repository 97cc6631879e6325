import type { CacheName, SiteName } from '../../functions/shared/names.ts';

/** A session's value says which write it is of; removed ones have none. */
interface Attempt {
  readonly sequence: number;
  /** Null: the session is ended. */
  readonly value: string | null;
}

interface Session {
  readonly cache: CacheName;
  readonly key: string;
  acknowledged: Attempt | null;
  /** Made after the acknowledged one, their answer not heard or bad: each may have taken effect, or may still. */
  later: Attempt[];
  /** A disaster or a person's word took it: nobody owes it any more. */
  forgiven: boolean;
  /** Of the last attempt with which an earlier one crossed; 0: none did. */
  crossed: number;
}

export type Entries = (site: SiteName, cache: CacheName) => ReadonlyMap<string, string>;

/** What clients were promised, kept apart from everything that is under test. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  #sequence = 0;
  /** Rises with every promise, so that who watches knows when to look again. */
  version = 0;
  /** The site whose entries count, since a person said so. */
  #truth: SiteName | null = null;

  attempt(cache: CacheName, key: string, ends: boolean): Attempt {
    const sequence = ++this.#sequence;
    const session = this.#sessions.get(key) ?? {
      cache,
      key,
      acknowledged: null,
      later: [],
      forgiven: false,
      crossed: 0,
    };
    this.#sessions.set(key, session);
    const attempt = { sequence, value: ends ? null : `${key} ${sequence}` };
    session.later.push(attempt);
    return attempt;
  }

  acknowledge(key: string, attempt: Attempt, by: SiteName): void {
    this.version += 1;
    if (this.#truth !== null && by !== this.#truth) {
      this.forgive(key);
      return;
    }
    const session = this.#sessions.get(key)!;
    if (session.acknowledged !== null && session.acknowledged.sequence > attempt.sequence) return;
    session.acknowledged = attempt;
    session.later = session.later.filter(({ sequence }) => sequence > attempt.sequence);
    session.forgiven = attempt.sequence <= session.crossed;
  }

  /**
   * Two sites in step took writes of the same key at once. One that its client had given up may come last, and which of
   * them stays nobody promised.
   * @param value what came
   * @param before what it took away: only of the newest is it told that it was taken away
   */
  crosses(key: string, value: string | null, before: string | null): void {
    const session = this.#sessions.get(key);
    const newest = session?.later.at(-1);
    if (session === undefined || newest === undefined || newest.value !== before) return;
    if (value === before || !session.later.some((attempt) => attempt.value === value)) return;
    session.crossed = newest.sequence;
    session.forgiven = true;
  }

  /** The first acknowledged session of which a site holds neither what was acknowledged nor anything later. */
  lacking(site: SiteName, entries: Entries): string | null {
    const held = new Map<CacheName, ReadonlyMap<string, string>>();
    for (const session of this.#sessions.values()) {
      const { cache, key } = session;
      const those = held.get(cache) ?? entries(site, cache);
      held.set(cache, those);
      if (!isHeld(session, those.get(key) ?? null)) return key;
    }
    return null;
  }

  /** The first session of a cache that would be lost with one site's entries. */
  heldOnlyBy(site: SiteName, other: SiteName, cache: CacheName, entries: Entries): string | null {
    for (const session of this.#sessions.values()) {
      const { key } = session;
      if (session.cache !== cache || session.acknowledged?.value == null) continue;
      const [here, there] = [site, other].map((each) => entries(each, cache).get(key) ?? null);
      if (isHeld(session, here!) && !isHeld(session, there!)) return key;
    }
    return null;
  }

  /** Sessions that no site holds as they were acknowledged. */
  lost(sites: readonly SiteName[], entries: Entries): readonly string[] {
    return [...this.#sessions.values()]
      .filter((session) =>
        sites.every((site) => !isHeld(session, entries(site, session.cache).get(session.key) ?? null)),
      )
      .map(({ key }) => key);
  }

  /** A person accepts the loss of all that this site lacks, also of what the other one promises until it is stopped. */
  acceptLossAt(site: SiteName, entries: Entries): void {
    this.#truth = site;
    this.forgiveWhat(site, entries);
  }

  /** What a site lacks is given up: a disaster took it, or a person accepted its loss. */
  forgiveWhat(site: SiteName, entries: Entries): void {
    this.version += 1;
    for (const session of this.#sessions.values()) {
      if (!isHeld(session, entries(site, session.cache).get(session.key) ?? null)) session.forgiven = true;
    }
  }

  forgive(key: string): void {
    const session = this.#sessions.get(key);
    if (session !== undefined) session.forgiven = true;
  }

  /** Whether a value is older than what was acknowledged of that key. */
  isOld(key: string, value: string | null): boolean {
    const session = this.#sessions.get(key);
    if (session === undefined || session.forgiven || session.acknowledged === null) return false;
    return !isHeld(session, value);
  }

  get acknowledgedCount(): number {
    return [...this.#sessions.values()].filter(({ acknowledged }) => acknowledged !== null).length;
  }
}

const isHeld = ({ acknowledged, later, forgiven }: Session, value: string | null): boolean =>
  forgiven ||
  acknowledged === null ||
  acknowledged.value === value ||
  later.some((attempt) => attempt.value === value);
