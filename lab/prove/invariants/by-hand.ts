import type { SiteName } from '../../../functions/shared/names.ts';
import type { Eyes } from './eyes.ts';

export const FENCED = 2;

/** What people did to health checks. */
export class ByHandWatch {
  readonly #eyes: Eyes;
  readonly #byHand = new Map<SiteName, number>();

  constructor(eyes: Eyes) {
    this.#eyes = eyes;
  }

  /** From now on it is not opened by itself, until somebody adopts. */
  changedByHand(site: SiteName): void {
    this.#byHand.set(site, this.#eyes.now());
  }

  /** The product was to write the same that somebody else has written: whose it is, nobody can say. */
  coincided(site: SiteName, threshold: number | undefined): void {
    if (threshold === this.#eyes.threshold(site)) this.#byHand.delete(site);
  }

  /** `monotonic`: what a person did to a check later than the product is not undone before a person says so. */
  written(site: SiteName, threshold: number | undefined): void {
    const at = this.#byHand.get(site);
    if (at === undefined || threshold === FENCED) return;
    const { world, violated } = this.#eyes;
    const adopts = world.installation.engine.listExecutions('adopt');
    if (adopts.some(({ startDate }) => startDate.getTime() >= at)) this.#byHand.delete(site);
    else
      violated(
        'monotonic',
        `${site} is opened, though a person changed its check and nobody has adopted that.`,
      );
  }
}
