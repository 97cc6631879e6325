import type { SiteName } from '../../functions/shared/names.ts';
import { type DataGridPair, otherThan, SITES } from '../data-grid/pair.ts';
import type { RestAnswer } from '../data-grid/rest.ts';
import type { Checks } from '../deploy/checks.ts';
import type { CacheManifest, ExampleCaches } from './cache-manifests.ts';
import { type Entry, entryOf } from './entries.ts';
import { backupTimeoutPath, guideSays, type Settings, WRITE_WITHOUT_BACKUP } from './guide.ts';
import { create, registerSchema, remove, wantsSchema } from './operator.ts';
import { differences, settingsIn } from './settings.ts';
import { judge } from './write-without-backup.ts';

export interface ProofOptions {
  readonly pair: DataGridPair;
  readonly checks: Checks;
  readonly say: (line: string) => void;
}

const RETURN_MILLISECONDS = 60_000;
const timed = (began: number): string => `${Math.round(performance.now() - began)} ms`;
const brief = ({ status, body }: RestAnswer): string =>
  `HTTP ${status}${body === '' ? '' : ` ${body.slice(0, 200)}`}`;

/**
 * Makes the caches of one example on both sites' servers, which have none of them yet, proves that they are and behave as
 * the guide says, and removes them.
 * @throws Error when the servers do what no manifest explains
 */
export async function prove(example: ExampleCaches, options: ProofOptions): Promise<void> {
  const proof = new CacheProof(example, options);
  await proof.create();
  await proof.compare();
  for (const site of SITES) await proof.replicate(site);
  for (const site of SITES) await proof.writeWithoutBackup(site);
  await proof.remove();
}

class CacheProof {
  readonly #example: ExampleCaches;
  readonly #options: ProofOptions;
  readonly #settings = new Map<string, Settings>();

  constructor(example: ExampleCaches, options: ProofOptions) {
    this.#example = example;
    this.#options = options;
  }

  async create(): Promise<void> {
    const { say } = this.#options;
    const waiting: { site: SiteName; manifest: CacheManifest }[] = [];
    for (const { site, manifest } of this.#all()) {
      const began = performance.now();
      const answer = await create(this.#rest(site), manifest);
      if (wantsSchema(answer)) {
        say(`        ${site} ${manifest.cache}: refused as yet (${brief(answer)})`);
        waiting.push({ site, manifest });
      } else this.#created(site, manifest, answer, began);
    }
    if (waiting.length === 0) return;
    say(
      "        Keycloak's schema is registered at both sites, and these caches are removed and made again.",
    );
    for (const site of SITES) await registerSchema(this.#rest(site));
    for (const { site, manifest } of waiting) {
      await remove(this.#rest(site), manifest);
      const began = performance.now();
      this.#created(site, manifest, await create(this.#rest(site), manifest), began);
    }
  }

  #created(site: SiteName, { cache }: CacheManifest, answer: RestAnswer, began: number): void {
    this.#options.checks.that(`${site} ${cache} is created of its manifest`, {
      holds: answer.status === 200,
      seen: `${brief(answer)} after ${timed(began)}`,
    });
  }

  async compare(): Promise<void> {
    const { version } = this.#example;
    for (const { site, manifest } of this.#all()) {
      const { cache } = manifest;
      const other = otherThan(site);
      const answer = await this.#rest(site).call('GET', `/caches/${cache}?action=config`);
      const settings = answer.status === 200 ? settingsIn(answer.body, cache) : {};
      this.#settings.set(`${site} ${cache}`, settings);
      const different = differences(guideSays(version, cache, other), settings);
      this.#options.checks.that(`${site} ${cache} is what the guide of ${version} says`, {
        holds: answer.status === 200 && different.length === 0,
        seen:
          answer.status !== 200
            ? brief(answer)
            : different.length > 0
              ? different.join('; ')
              : `${Object.keys(settings).length} settings`,
      });
    }
  }

  /** Each cache once, written at that site. */
  async replicate(site: SiteName): Promise<void> {
    const other = otherThan(site);
    for (const manifest of this.#at(site)) {
      const { cache } = manifest;
      const entry = this.#entry(manifest, `from ${site}`);
      const began = performance.now();
      const written = await this.#put(site, manifest, entry);
      const held = await this.#holds(other, manifest, entry);
      this.#options.checks.that(`${site} ${cache} is at ${other} as soon as its write is answered`, {
        holds: written === 204 && held,
        seen: `HTTP ${written ?? 'none'}, ${held ? 'the same' : 'not'} at ${other}, ${timed(began)} for both`,
      });
    }
  }

  /** The other site stops answering, with its connections open, and comes back afterwards. */
  async writeWithoutBackup(site: SiteName): Promise<void> {
    const { pair, checks, say } = this.#options;
    const { version } = this.#example;
    const other = otherThan(site);
    say(`        ${other} is frozen; a write at ${site} into each cache.`);
    pair.server(other).freeze();
    try {
      await Promise.all(
        this.#at(site).map(async (manifest) => {
          const entry = this.#entry(manifest, `while ${other} is frozen`);
          const began = performance.now();
          const status = await this.#put(site, manifest, entry);
          const milliseconds = performance.now() - began;
          const stored = await this.#holds(site, manifest, entry);
          const timeout = this.#settings.get(`${site} ${manifest.cache}`)?.[backupTimeoutPath(other)];
          checks.that(
            `${site} ${manifest.cache} is ${WRITE_WITHOUT_BACKUP[version]} when ${other} does not answer`,
            judge(version, timeout === undefined ? null : Number(timeout), { status, milliseconds, stored }),
          );
        }),
      );
    } finally {
      pair.server(other).thaw();
    }
    await this.#bothAnswer();
  }

  async remove(): Promise<void> {
    for (const { site, manifest } of this.#all()) await remove(this.#rest(site), manifest);
  }

  async #bothAnswer(): Promise<void> {
    const deadline = Date.now() + RETURN_MILLISECONDS;
    for (const site of SITES) {
      while ((await this.#rest(site).view()).length < SITES.length) {
        if (Date.now() > deadline) throw new Error(`${site} does not see the other site again.`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  #all(): readonly { readonly site: SiteName; readonly manifest: CacheManifest }[] {
    return SITES.flatMap((site) => this.#at(site).map((manifest) => ({ site, manifest })));
  }

  #at(site: SiteName): readonly CacheManifest[] {
    return this.#example.manifestsAt.get(site) ?? [];
  }

  #rest(site: SiteName) {
    return this.#options.pair.rest(site);
  }

  /** A key of its own for each value: what one check left behind tells nothing in the next. */
  #entry({ cache }: CacheManifest, value: string): Entry & { readonly key: string } {
    return { key: value.replaceAll(' ', '-'), ...entryOf(this.#example.version, cache, value) };
  }

  /** Null: no answer. */
  async #put(
    site: SiteName,
    { cache }: CacheManifest,
    { key, ...entry }: Entry & { readonly key: string },
  ): Promise<number | null> {
    try {
      return (await this.#rest(site).call('PUT', `/caches/${cache}/${key}`, entry)).status;
    } catch {
      return null;
    }
  }

  async #holds(
    site: SiteName,
    { cache }: CacheManifest,
    { key, text }: Entry & { readonly key: string },
  ): Promise<boolean> {
    const { status, body } = await this.#rest(site).call('GET', `/caches/${cache}/${key}`);
    return status === 200 && body === text;
  }
}
