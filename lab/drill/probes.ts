import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import type { Client } from './client.ts';
import type { Probe } from './record.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** Long enough for a frozen site to have taken the request, which it then holds. */
const HELD_MILLISECONDS = 1_000;

interface Watched {
  readonly what: string;
  readonly key: string;
  readonly expected: string | null;
  readonly counts: boolean;
}

/**
 * Requests that go to the lost site on purpose, past DNS: before its loss, while it hangs, after its return. What
 * the survivor holds of them later shows whether the past reached it.
 */
export class Probes {
  readonly seen: Probe[] = [];
  readonly #world: World;
  readonly #client: Client;
  readonly #cache: CacheName;
  readonly #lost: SiteName;
  readonly #survivor: SiteName;
  readonly #watched: Watched[] = [];

  constructor(world: World, client: Client, lost: SiteName, survivor: SiteName) {
    this.#world = world;
    this.#client = client;
    this.#cache = world.configuration.caches.at(-1)!;
    this.#lost = lost;
    this.#survivor = survivor;
  }

  /** Two sessions that both sites know. */
  async beforeTheLoss(): Promise<void> {
    await this.#goodWrite('probe-kept', 'from before');
    await this.#goodWrite('probe-overwritten', 'from before');
  }

  /** A frozen site takes these and carries them out on its return, their clients long gone. */
  async whileLost(): Promise<void> {
    const held = (key: string) =>
      this.#world.request(
        this.#lost,
        { method: 'PUT', cache: this.#cache, key, value: 'held by the lost site' },
        HELD_MILLISECONDS,
      );
    await Promise.all([held('probe-overwritten'), held('probe-held')]);
    this.#watch('a new session that the lost site held', 'probe-held', null);
  }

  /** Only at the survivor, and newer than what the lost site holds and was sent. */
  async newerAtTheSurvivor(): Promise<void> {
    await this.#goodWrite('probe-overwritten', 'newer');
    this.#watch('an older value that the lost site held', 'probe-overwritten', 'newer');
  }

  /** As an application would that still has the lost site's address. */
  async atTheReturned(): Promise<void> {
    const request = (method: 'PUT' | 'DELETE', key: string) =>
      this.#world.request(
        this.#lost,
        { method, cache: this.#cache, key, ...(method === 'PUT' ? { value: 'from the past' } : {}) },
        HELD_MILLISECONDS,
      );
    await Promise.all([request('PUT', 'probe-echo'), request('DELETE', 'probe-kept')]);
    this.#watch('a session written at the returned site', 'probe-echo', null);
    this.#watch('a session ended at the returned site', 'probe-kept', 'from before');
  }

  /** @param when in words, for the report */
  async look(when: string): Promise<void> {
    const entries = await this.#world.entries(this.#survivor, this.#cache);
    const at = this.#world.now();
    for (const { what, key, expected, counts } of this.#watched) {
      const found = entries.get(key) ?? null;
      this.seen.push({ at, what: `${when}, ${what}`, cache: this.#cache, key, expected, found, counts });
    }
  }

  /** Without a bridge that can be cut nobody can promise what a returned site does before it is contained. */
  #watch(what: string, key: string, expected: string | null): void {
    this.#watched.push({ what, key, expected, counts: this.#world.configuration.bridgeCut.enabled });
  }

  async #goodWrite(key: string, value: string): Promise<void> {
    await until(this.#world, `a good write of ${key}`, 30, async () => {
      return (await this.#client.put(this.#cache, key, value)) === 'good';
    });
  }
}
