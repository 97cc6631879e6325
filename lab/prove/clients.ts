import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import type { SimulatedWorld } from '../simulated/world.ts';
import type { Sessions } from './sessions.ts';

/** A client waits a little longer than a write that its backup fails. */
const PATIENCE_MILLISECONDS = 1_500;
/** Its first sessions are never touched again: whoever loses them loses them for good, as nobody writes them anew. */
const LEFT_ALONE = 2;

export interface ClientOptions {
  /**
   * `by DNS`: asks again when the record's TTL has passed. `keeps answers`: what resolves for it does so later, and hands
   * out the old answer until then, whatever becomes of a write. `stays`: keeps its connection until that fails. `comes
   * anew`: asks each time, as users do whose resolver knows no answer yet.
   */
  readonly kind: 'by DNS' | 'keeps answers' | 'stays' | 'comes anew';
  /** How long an answer is kept, in milliseconds; absent: as long as the record's TTL. */
  readonly keepsMilliseconds?: number | undefined;
  readonly name: string;
  readonly everyMilliseconds: number;
  readonly random: () => number;
}

/** One user's browser: writes sessions where DNS, or its open connection, leads it. */
export class Client {
  readonly #world: SimulatedWorld;
  readonly #sessions: Sessions;
  readonly #options: ClientOptions;
  readonly #caches: readonly CacheName[];
  #site: SiteName | null = null;
  #resolvedAt = 0;
  readonly #open: { readonly key: string; readonly cache: CacheName }[] = [];
  #count = 0;
  #failures = 0;
  #running = true;
  /** Of the last write that was good, and of the first bad one since. */
  lastGoodAt: number | null = null;
  badSince: number | null = null;
  /** While it is on, nobody logs in or out: what is left alone otherwise is changed, and no count of entries tells of it. */
  changesAlone = false;

  constructor(world: SimulatedWorld, sessions: Sessions, options: ClientOptions) {
    this.#world = world;
    this.#sessions = sessions;
    this.#options = options;
    this.#caches = world.configuration.caches;
  }

  start(): void {
    void this.#round();
  }

  stop(): void {
    this.#running = false;
  }

  async #round(): Promise<void> {
    while (this.#running) {
      await this.#write();
      const { everyMilliseconds, random } = this.#options;
      await this.#world.sleep(everyMilliseconds * (0.5 + random()));
    }
  }

  async #write(): Promise<void> {
    const { key, cache, ends } = this.#next();
    const attempt = this.#sessions.attempt(cache, key, ends);
    const site = await this.#where();
    const request = { method: ends ? 'DELETE' : 'PUT', cache, key, value: attempt.value ?? '' } as const;
    const answer = await this.#world.request(site, request, this.#patienceMilliseconds);
    const good = answer.kind === 'answered' && answer.status < 300;
    if (good) {
      this.#sessions.acknowledge(key, attempt, site);
      this.lastGoodAt = this.#world.now();
      this.badSince = null;
      this.#failures = 0;
      return;
    }
    this.badSince ??= this.#world.now();
    this.#failures += 1;
    // A server that is gone closes the connection; one that refuses a write does not.
    if (answer.kind === 'refused' || this.#failures > 3) this.#leaves();
  }

  /** A new connection goes where the resolver says, and one that keeps its answers says what it said. */
  #leaves(): void {
    if (this.#options.kind !== 'keeps answers') this.#site = null;
  }

  get keepsAnswers(): boolean {
    return this.#options.kind === 'keeps answers';
  }

  /** What it was answered and goes by, though DNS may answer otherwise by now; null: it asks before the next write. */
  get keptAnswer(): SiteName | null {
    const { kind } = this.#options;
    return kind === 'keeps answers' && !this.#isOld ? this.#site : null;
  }

  /** Logins, more of them than logouts, and what is changed in between. */
  #next(): { readonly key: string; readonly cache: CacheName; readonly ends: boolean } {
    const { random } = this.#options;
    const draw = random();
    if (this.changesAlone)
      return { ...this.#session(1 + Math.floor(draw * Math.min(LEFT_ALONE, this.#count))), ends: false };
    if (this.#open.length < 4 || draw < 0.4) {
      this.#count += 1;
      const session = this.#session(this.#count);
      if (this.#count > LEFT_ALONE) this.#open.push(session);
      return { ...session, ends: false };
    }
    const index = Math.floor(random() * this.#open.length);
    const session = this.#open[index]!;
    const ends = draw > 0.75;
    if (ends) this.#open.splice(index, 1);
    return { ...session, ends };
  }

  #session(number: number): { readonly key: string; readonly cache: CacheName } {
    return {
      key: `${this.#options.name}-${number}`,
      cache: this.#caches[number % this.#caches.length]!,
    };
  }

  get #patienceMilliseconds(): number {
    return this.#world.grid.policy.timeoutMilliseconds + PATIENCE_MILLISECONDS;
  }

  async #where(): Promise<SiteName> {
    if (this.#site === null || (this.#options.kind !== 'stays' && this.#isOld)) {
      this.#resolvedAt = this.#world.now();
      this.#site = await this.#world.resolve();
    }
    return this.#site;
  }

  get #isOld(): boolean {
    const { kind, keepsMilliseconds } = this.#options;
    const ttlSeconds = kind === 'by DNS' ? this.#world.configuration.traffic.recordTtlSeconds : 0;
    return this.#world.now() - this.#resolvedAt > (keepsMilliseconds ?? ttlSeconds * 1000);
  }
}
