import { type Clock, globalClock } from '../clock.ts';
import { type Call, type Faults, ServiceFault } from '../service.ts';

/**
 * Route 53's limit of five API requests a second, which the whole account shares. To be given as `faults` to each client
 * and server of it.
 */
export class RequestLimit implements Faults {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #requestsPerSecond: number;
  #recent: readonly number[] = [];
  /** Until when others used up everything last, in milliseconds since the epoch; 0: they never did. */
  usedUpUntil = 0;

  constructor(requestsPerSecond = 5, clock: Pick<Clock, 'now'> = globalClock) {
    this.#clock = clock;
    this.#requestsPerSecond = requestsPerSecond;
  }

  /** Others in the account ask for so much in that time that nothing is left. */
  useUp(milliseconds: number): void {
    this.usedUpUntil = this.#clock.now() + milliseconds;
  }

  get isUsedUp(): boolean {
    return this.#clock.now() < this.usedUpUntil;
  }

  before({ service }: Call): void {
    if (service !== 'Route 53') return;
    const now = this.#clock.now();
    this.#recent = this.#recent.filter((at) => at > now - 1000);
    if (this.isUsedUp || this.#recent.length >= this.#requestsPerSecond)
      throw new ServiceFault('Throttling', 'Rate exceeded');
    this.#recent = [...this.#recent, now];
  }
}
