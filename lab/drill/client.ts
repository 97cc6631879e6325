import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { seededRandom } from './random.ts';
import type { Attempt, ReadAnswer, WriteOutcome } from './record.ts';
import type { SessionAnswer, SessionRequest, World } from './world.ts';

export interface ClientOptions {
  readonly caches: readonly CacheName[];
  /** Requests begin at this pace whatever becomes of the ones before, as users come. */
  readonly requestsPerSecond: number;
  readonly timeoutMilliseconds: number;
  /** How long an answer of DNS is used again. */
  readonly dnsTtlMilliseconds: number;
  readonly seed: number;
}

export const CLIENT_OPTIONS = { requestsPerSecond: 35, timeoutMilliseconds: 5_000, seed: 26 } as const;

interface Session {
  readonly cache: CacheName;
  readonly key: string;
  /** One request at a time, so that it is known what a session must be. */
  busy: boolean;
}

/** Share of each kind of action. The rest are reads. Nearly as many sessions end as begin, as on a usual day. */
const CREATES = 0.17;
const UPDATES = 0.55;
const DELETES = 0.15;

const FILLING_AT_ONCE = 24;
/** So often is another session picked when one is busy; then a new one begins. */
const PICKS = 5;

type ClientWorld = Pick<World, 'now' | 'sleep' | 'resolve' | 'request'>;

/**
 * Writes sessions all the time through whatever DNS answers, updates and ends some, reads old ones, and reads each
 * write back in the same way: an answer alone proves nothing, a dead backup makes fast ones that are lost.
 */
export class Client {
  readonly attempts: Attempt[] = [];
  readonly #world: ClientWorld;
  readonly #options: ClientOptions;
  readonly #random: () => number;
  /** All that ever began: one that has ended may be read, and begin again. */
  readonly #sessions: Session[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #resolved: { readonly site: SiteName; readonly until: number } | null = null;
  #versions = 0;
  #running: Promise<void> | null = null;
  #stopping = false;

  constructor(world: ClientWorld, options: ClientOptions) {
    this.#world = world;
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  /** Sessions of yesterday's users, written as fast as the answers come. */
  async fill(sessionsPerCache: number): Promise<void> {
    const total = sessionsPerCache * this.#options.caches.length;
    const fillers = Array.from({ length: FILLING_AT_ONCE }, async () => {
      while (this.#sessions.length < total) await this.#begin();
    });
    await Promise.all(fillers);
  }

  start(): void {
    this.#running = this.#work();
  }

  /** Resolves when every request that was under way has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    await Promise.all(this.#underWay);
  }

  /** One session written and read back on somebody's behalf; recorded like the others. */
  async put(cache: CacheName, key: string, value: string): Promise<WriteOutcome> {
    return this.#write({ cache, key, busy: false }, value);
  }

  async #work(): Promise<void> {
    const period = 1_000 / this.#options.requestsPerSecond;
    let due = this.#world.now();
    while (!this.#stopping) {
      const action = this.#act().finally(() => this.#underWay.delete(action));
      this.#underWay.add(action);
      due += period;
      await this.#world.sleep(Math.max(0, due - this.#world.now()));
    }
  }

  async #act(): Promise<void> {
    const chance = this.#random();
    const session = this.#idleSession();
    if (session === null || chance < CREATES) await this.#begin();
    else if (chance < CREATES + UPDATES) await this.#write(session, this.#nextValue());
    else if (chance < CREATES + UPDATES + DELETES) await this.#write(session, null);
    else await this.#read(session);
  }

  #idleSession(): Session | null {
    for (let picks = 0; picks < PICKS; picks++) {
      const session = this.#sessions[Math.floor(this.#random() * this.#sessions.length)];
      if (session !== undefined && !session.busy) return session;
    }
    return null;
  }

  async #begin(): Promise<void> {
    const { caches } = this.#options;
    const count = this.#sessions.length;
    const session = { cache: caches[count % caches.length]!, key: `session-${count}`, busy: false };
    this.#sessions.push(session);
    await this.#write(session, this.#nextValue());
  }

  #nextValue(): string {
    return `version ${++this.#versions}`;
  }

  async #write(session: Session, value: string | null): Promise<WriteOutcome> {
    const { cache, key } = session;
    session.busy = true;
    const at = this.#world.now();
    const site = await this.#site();
    const answer = await this.#request(
      site,
      value === null ? { method: 'DELETE', cache, key } : { method: 'PUT', cache, key, value },
    );
    const milliseconds = this.#world.now() - at;
    const done = answer.kind === 'answered' && (answer.status < 300 || isMissing(answer));
    const readBack = done
      ? readAnswer(await this.#request(await this.#site(), { method: 'GET', cache, key }))
      : null;
    const outcome = writeOutcome(answer, value, readBack);
    this.attempts.push({ type: 'write', at, site, cache, key, value, milliseconds, outcome, readBack });
    session.busy = false;
    return outcome;
  }

  async #read(session: Session): Promise<void> {
    const { cache, key } = session;
    session.busy = true;
    const at = this.#world.now();
    const site = await this.#site();
    const answer = readAnswer(await this.#request(site, { method: 'GET', cache, key }));
    const milliseconds = this.#world.now() - at;
    this.attempts.push({ type: 'read', at, site, cache, key, milliseconds, answer });
    session.busy = false;
  }

  #request(site: SiteName, request: SessionRequest): Promise<SessionAnswer> {
    return this.#world.request(site, request, this.#options.timeoutMilliseconds);
  }

  async #site(): Promise<SiteName> {
    if (this.#resolved === null || this.#world.now() >= this.#resolved.until) {
      const site = await this.#world.resolve();
      this.#resolved = { site, until: this.#world.now() + this.#options.dnsTtlMilliseconds };
    }
    return this.#resolved.site;
  }
}

const isMissing = (answer: SessionAnswer): boolean => answer.kind === 'answered' && answer.status === 404;

export function readAnswer(answer: SessionAnswer): ReadAnswer {
  if (answer.kind !== 'answered') return { kind: answer.kind };
  if (isMissing(answer)) return { kind: 'missing' };
  return answer.status < 300 && answer.value !== null
    ? { kind: 'value', value: answer.value }
    : { kind: 'refused' };
}

/** @param value what was to be stored; null: nothing */
export function writeOutcome(
  answer: SessionAnswer,
  value: string | null,
  readBack: ReadAnswer | null,
): WriteOutcome {
  if (answer.kind === 'no-answer') return 'unknown';
  if (readBack === null) return 'refused';
  switch (readBack.kind) {
    case 'value':
      return readBack.value === value ? 'good' : 'lost';
    case 'missing':
      return value === null ? 'good' : 'lost';
    case 'refused':
    case 'no-answer':
      return 'unknown';
  }
}
