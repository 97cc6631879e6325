import type { SiteName } from '../../../functions/shared/names.ts';
import { tellsOfSync, tellsThatItServes } from '../mails.ts';
import type { Eyes } from './eyes.ts';

/**
 * Sites that lack something in truth, whoever knows it, and that are shut out when that is found: one of which the story
 * says so, and one whose Data Grid restarted empty, as soon as DNS answers with the other site. Bad luck may be quicker
 * than whoever looks: then DNS turns to it by itself before.
 */
export class Suspects {
  readonly #eyes: Pick<Eyes, 'world' | 'sites' | 'dns' | 'now'>;
  readonly #starts = new Map<SiteName, number>();
  /** Those that restarted while DNS answered with them: they are not shut out while nothing better is known. */
  readonly #restartedAt = new Map<SiteName, number>();
  readonly #since = new Map<SiteName, number>();

  /** @param story the site of which the story says that it may lack something */
  constructor(eyes: Pick<Eyes, 'world' | 'sites' | 'dns' | 'now'>, story: SiteName | undefined) {
    this.#eyes = eyes;
    if (story !== undefined) this.#since.set(story, 0);
  }

  look(): void {
    const { sites, world, dns, now } = this.#eyes;
    for (const site of sites) {
      const { start } = world.grid.site(site);
      const before = this.#starts.get(site) ?? start;
      this.#starts.set(site, start);
      if (start !== before) this.#restartedAt.set(site, now());
      const restartedAt = this.#restartedAt.get(site);
      if (restartedAt === undefined || dns() === site) continue;
      this.#since.set(site, restartedAt);
      this.#restartedAt.delete(site);
    }
  }

  /** Until a mail says that it is in sync, or that it is to serve all the same. */
  has(site: SiteName): boolean {
    const since = this.#since.get(site);
    const { world } = this.#eyes;
    return since !== undefined && !tellsOfSync(site, world, since) && !tellsThatItServes(site, world, since);
  }
}
