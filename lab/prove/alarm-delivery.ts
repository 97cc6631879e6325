type Arrive = () => void;

/** So long the story holds alarms back, or loses them. */
export const ALARMS_LATE_MILLISECONDS = 150_000;

/** What comes between CloudWatch and the function: nothing, until it is told otherwise. */
export class AlarmDelivery {
  #way: 'prompt' | 'late' | 'lost' = 'prompt';
  readonly #held: Arrive[] = [];
  #heldArrivedAt = 0;

  onItsWay(arrive: Arrive): void {
    if (this.#way === 'prompt') arrive();
    else if (this.#way === 'late') this.#held.push(arrive);
  }

  /** Those of that time arrive all at its end, the last one first. */
  holdBack(milliseconds: number): void {
    this.#way = 'late';
    setTimeout(() => this.prompt(), milliseconds);
  }

  lose(milliseconds: number): void {
    this.#way = 'lost';
    setTimeout(() => this.prompt(), milliseconds);
  }

  get isAnyHeld(): boolean {
    return this.#held.length > 0;
  }

  /** When those that were held back arrived; 0: none was. */
  get heldArrivedAt(): number {
    return this.#heldArrivedAt;
  }

  prompt(): void {
    this.#way = 'prompt';
    if (this.isAnyHeld) this.#heldArrivedAt = Date.now();
    for (let arrive = this.#held.pop(); arrive !== undefined; arrive = this.#held.pop()) arrive();
  }
}
