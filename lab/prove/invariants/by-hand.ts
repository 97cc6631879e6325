import type { SiteName } from '../../../functions/shared/names.ts';
import type { Eyes } from './eyes.ts';

const POSITIONS = ['pinned', 'follows', 'fenced'];
export const FENCED = 2;

export const positionOf = (threshold: number): string => POSITIONS[threshold] ?? 'unknown';

/** Versions of health checks, as somebody read them. */
export type SeenVersions = ReadonlyMap<SiteName, number>;

/** What people did to health checks, and which of it they adopted. */
export class ByHandWatch {
  readonly #eyes: Eyes;
  /** Version that a person's change gave a check. */
  readonly #byHand = new Map<SiteName, number>();
  /** What each adopt came back with when it first looked: all that whoever started it can have meant. */
  readonly #atFirst = new Map<string, SeenVersions>();

  constructor(eyes: Eyes) {
    this.#eyes = eyes;
  }

  /** From now on it is not opened by itself, until somebody adopts. */
  changedByHand(site: SiteName, version: number): void {
    this.#byHand.set(site, version);
  }

  isToBeAdopted(site: SiteName): boolean {
    return this.#byHand.has(site);
  }

  /**
   * A function that had seen the version before has noted this one for its own next write, and where the check is to
   * stand then. Whose it is, where a person has put it there meanwhile, nobody can say.
   */
  noted(site: SiteName, version: number, positions: readonly string[]): void {
    if (this.#byHand.get(site) === version && positions.includes(positionOf(this.#eyes.threshold(site))))
      this.#byHand.delete(site);
  }

  /** A function that an adopt had called has answered. */
  lookedFor(adopt: string, seen: SeenVersions): void {
    if (seen.size > 0 && !this.#atFirst.has(adopt)) this.#atFirst.set(adopt, seen);
  }

  /**
   * An adopt wrote the ledger.
   * @param seen by the function that did so: it counts where no earlier one has come back
   */
  adopted(adopt: string, seen: SeenVersions): void {
    const taken = this.#atFirst.get(adopt) ?? seen;
    for (const [site, version] of this.#byHand) {
      if ((taken.get(site) ?? 0) >= version) this.#byHand.delete(site);
    }
  }

  /** `monotonic`: what a person did to a check later than the product is not undone before a person says so. */
  written(site: SiteName, threshold: number | undefined): void {
    if (!this.#byHand.has(site) || threshold === FENCED) return;
    this.#eyes.violated(
      'monotonic',
      `${site} is opened, though a person changed its check and nobody has adopted that.`,
    );
  }
}
