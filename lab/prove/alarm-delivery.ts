type Arrive = () => void;

/** What comes between CloudWatch and the function: nothing, until it is told otherwise. */
export class AlarmDelivery {
  #way: 'prompt' | 'late' | 'lost' = 'prompt';
  readonly #held: Arrive[] = [];

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

  prompt(): void {
    this.#way = 'prompt';
    for (let arrive = this.#held.pop(); arrive !== undefined; arrive = this.#held.pop()) arrive();
  }
}
