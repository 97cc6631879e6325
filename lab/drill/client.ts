import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { seededRandom } from './random.ts';
import type { Attempt, ReadAnswer, Write, WriteOutcome } from './record.ts';
import type { SessionAnswer, SessionRequest, World } from './world.ts';

export interface ClientOptions {
  readonly caches: readonly CacheName[];
  /** Sessions are shared out among them, so that one request that hangs does not hide the others. */
  readonly workers: number;
  readonly writesPerSecond: number;
  readonly timeoutMilliseconds: number;
  /** How long an answer of DNS is used again. */
  readonly dnsTtlMilliseconds: number;
  readonly seed: number;
}

export const CLIENT_OPTIONS = {
  workers: 24,
  writesPerSecond: 30,
  timeoutMilliseconds: 5_000,
  seed: 26,
} as const;

interface Session {
  readonly cache: CacheName;
  readonly key: string;
}

interface Worker {
  readonly index: number;
  readonly random: () => number;
  /** All that it ever began: one that has ended may be read, and begin again. */
  readonly sessions: Session[];
  created: number;
}

/** Share of each kind of action. The rest are reads. Nearly as many sessions end as begin, as on a usual day. */
const CREATES = 0.17;
const UPDATES = 0.55;
const DELETES = 0.15;

type ClientWorld = Pick<World, 'now' | 'sleep' | 'resolve' | 'request'>;

/**
 * Writes sessions all the time through whatever DNS answers, updates and ends some, reads old ones, and reads each
 * write back in the same way: an answer alone proves nothing, a dead backup makes fast ones that are lost.
 */
export class Client {
  readonly attempts: Attempt[] = [];
  readonly #world: ClientWorld;
  readonly #options: ClientOptions;
  readonly #workers: readonly Worker[];
  #resolved: { readonly site: SiteName; readonly until: number } | null = null;
  #versions = 0;
  #running: Promise<unknown> | null = null;
  #stopping = false;

  constructor(world: ClientWorld, options: ClientOptions) {
    this.#world = world;
    this.#options = options;
    this.#workers = Array.from({ length: options.workers }, (_, index) => ({
      index,
      random: seededRandom(options.seed * 1_000 + index),
      sessions: [],
      created: 0,
    }));
  }

  /** Sessions of yesterday's users, written as fast as the answers come. */
  async fill(sessionsPerCache: number): Promise<void> {
    const each = Math.ceil((sessionsPerCache * this.#options.caches.length) / this.#workers.length);
    await Promise.all(
      this.#workers.map(async (worker) => {
        for (let count = 0; count < each; count++) await this.#create(worker);
      }),
    );
  }

  start(): void {
    this.#running = Promise.all(this.#workers.map((worker) => this.#work(worker)));
  }

  /** Resolves when every request that was under way has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  /** One session written and read back on somebody's behalf; recorded like the others. */
  async put(cache: CacheName, key: string, value: string): Promise<WriteOutcome> {
    return this.#write({ cache, key }, value);
  }

  async #work(worker: Worker): Promise<void> {
    const { workers, writesPerSecond } = this.#options;
    const { index, random, sessions } = worker;
    const period = (workers / writesPerSecond) * 1_000;
    let due = this.#world.now() + (period * index) / workers;
    while (!this.#stopping) {
      await this.#world.sleep(Math.max(0, due - this.#world.now()));
      // After a request that hung, it goes on at its pace instead of catching up.
      due = Math.max(due + period, this.#world.now());
      if (this.#stopping) return;
      const chance = random();
      const session = sessions[Math.floor(random() * sessions.length)];
      if (session === undefined || chance < CREATES) {
        await this.#create(worker);
      } else if (chance < CREATES + UPDATES) {
        await this.#write(session, this.#nextValue());
      } else if (chance < CREATES + UPDATES + DELETES) {
        await this.#write(session, null);
      } else {
        await this.#read(session);
      }
    }
  }

  async #create({ index, sessions, created }: Worker): Promise<void> {
    const { caches } = this.#options;
    const session = { cache: caches[(index + created) % caches.length]!, key: `session-${index}-${created}` };
    this.#workers[index]!.created++;
    sessions.push(session);
    await this.#write(session, this.#nextValue());
  }

  #nextValue(): string {
    return `version ${++this.#versions}`;
  }

  async #write({ cache, key }: Session, value: string | null): Promise<WriteOutcome> {
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
    this.attempts.push({
      type: 'write',
      at,
      site,
      cache,
      key,
      value,
      milliseconds,
      outcome,
      readBack,
    } satisfies Write);
    return outcome;
  }

  async #read({ cache, key }: Session): Promise<void> {
    const at = this.#world.now();
    const site = await this.#site();
    const answer = readAnswer(await this.#request(site, { method: 'GET', cache, key }));
    const milliseconds = this.#world.now() - at;
    this.attempts.push({ type: 'read', at, site, cache, key, milliseconds, answer });
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
