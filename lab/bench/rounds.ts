type Send = { send: (command: never) => Promise<unknown> };

/** Counts rounds of calls: those that are begun before any of them is answered are one, the next waits for it. */
export class Rounds {
  #rounds: string[][] = [];
  #answered = true;

  /** The client, with its calls counted. */
  watched<Client extends Send>(client: Client): Client {
    const send = async (command: never) => {
      this.#begin((command as object).constructor.name.replace(/Command$/, ''));
      try {
        return await client.send(command);
      } finally {
        this.#answered = true;
      }
    };
    return { send } as Client;
  }

  /** The operations of each round, up to and with the first that writes to Route 53. */
  get untilTrafficWrite(): readonly (readonly string[])[] {
    const write = this.#rounds.findIndex((round) => round.includes('UpdateHealthCheck'));
    return write === -1 ? [] : this.#rounds.slice(0, write + 1).map((round) => [...round].sort());
  }

  #begin(operation: string): void {
    if (this.#answered) this.#rounds.push([]);
    this.#answered = false;
    this.#rounds.at(-1)!.push(operation);
  }
}
