import type { HealthCheckConfig, HealthCheckObservation } from '@aws-sdk/client-route-53';
import type { Clock } from '../clock.ts';

/** Regions of the checkers that Route 53 uses unless told otherwise. */
const REGIONS = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
] as const;

/** One request to an endpoint: true when it passed, else false or what went wrong. At once, where nothing is waited for. */
export type Probe = (id: string, config: HealthCheckConfig) => boolean | string | Promise<boolean | string>;

export interface CheckersOptions {
  readonly clock: Clock;
  readonly probe: Probe;
  /** How many checkers look at each endpoint, at most eight. */
  readonly checkers?: number;
  /** Instead of the check's own `RequestInterval`, where a rehearsal can't wait. */
  readonly probeIntervalMilliseconds?: number;
  /** 4 s for the connection and 2 s for the answer at Route 53. */
  readonly probeTimeoutMilliseconds?: number;
}

interface Checker {
  readonly region: string;
  readonly address: string;
  /** Changes only after `FailureThreshold` probes in a row say otherwise. */
  view: boolean | null;
  run: { passes: boolean; length: number };
  last: { result: boolean | string; at: number } | null;
  cancel: () => void;
}

/**
 * The checkers of one endpoint check, each probing at the check's interval, spread evenly over it.
 * Not modelled: more than one checker in a region, chance in the intervals, latency, string matching.
 */
export class Checkers {
  readonly #options: CheckersOptions;
  readonly #id: string;
  readonly #config: () => HealthCheckConfig;
  readonly #changed: () => void;
  readonly #checkers: readonly Checker[];
  #running = false;
  #heldUntil = 0;

  /** @param config as the data plane sees it at the moment of a probe */
  constructor(id: string, config: () => HealthCheckConfig, changed: () => void, options: CheckersOptions) {
    this.#id = id;
    this.#config = config;
    this.#changed = changed;
    this.#options = options;
    this.#checkers = REGIONS.slice(0, options.checkers ?? REGIONS.length).map((region, index) => ({
      region,
      address: `192.0.2.${index + 1}`,
      view: null,
      run: { passes: true, length: 0 },
      last: null,
      cancel: () => {},
    }));
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    const { clock } = this.#options;
    for (const [index, checker] of this.#checkers.entries()) {
      const offset = (this.#interval() * index) / this.#checkers.length;
      checker.cancel = clock.after(offset, () => this.#round(checker));
    }
  }

  stop(): void {
    this.#running = false;
    for (const checker of this.#checkers) checker.cancel();
  }

  /** None of them probes for so long: what they say is of before. */
  hold(milliseconds: number): void {
    this.#heldUntil = this.#options.clock.now() + milliseconds;
  }

  views(): readonly (boolean | null)[] {
    return this.#checkers.map((checker) => checker.view);
  }

  observations(): HealthCheckObservation[] {
    return this.#checkers.flatMap(({ region, address, last }) =>
      last === null
        ? []
        : [
            {
              Region: region as NonNullable<HealthCheckObservation['Region']>,
              IPAddress: address,
              StatusReport: { Status: statusIn(last.result), CheckedTime: new Date(last.at) },
            },
          ],
    );
  }

  #interval(): number {
    return this.#options.probeIntervalMilliseconds ?? (this.#config().RequestInterval ?? 30) * 1000;
  }

  #round(checker: Checker): void {
    const began = this.#options.clock.now();
    if (began < this.#heldUntil) {
      // Each goes on in the order of before.
      const rounds = Math.ceil((this.#heldUntil - began) / this.#interval());
      checker.cancel = this.#options.clock.after(rounds * this.#interval(), () => this.#round(checker));
      return;
    }
    const config = this.#config();
    const answered = (result: boolean | string) => {
      if (!this.#running) return;
      this.#note(checker, result, began, config.FailureThreshold ?? 3);
      this.#waitAfter(checker, began);
    };
    const answer = config.Disabled ? null : this.#ask(config);
    if (answer === null) this.#waitAfter(checker, began);
    else if (answer instanceof Promise) void this.#inTime(answer).then(answered);
    else answered(answer);
  }

  #waitAfter(checker: Checker, began: number): void {
    const { clock } = this.#options;
    const wait = Math.max(1, began + this.#interval() - clock.now());
    checker.cancel = clock.after(wait, () => this.#round(checker));
  }

  #ask(config: HealthCheckConfig): ReturnType<Probe> {
    try {
      return this.#options.probe(this.#id, config);
    } catch (error) {
      return inWords(error);
    }
  }

  async #inTime(answer: Promise<boolean | string>): Promise<boolean | string> {
    const { clock, probeTimeoutMilliseconds = 6000 } = this.#options;
    let cancel = () => {};
    const silence = new Promise<string>((resolve) => {
      cancel = clock.after(probeTimeoutMilliseconds, () =>
        resolve('The health checker could not get an answer within the timeout limit'),
      );
    });
    try {
      return await Promise.race([answer, silence]);
    } catch (error) {
      return inWords(error);
    } finally {
      cancel();
    }
  }

  #note(checker: Checker, result: boolean | string, at: number, threshold: number): void {
    const passes = result === true;
    const length = checker.run.passes === passes ? checker.run.length + 1 : 1;
    checker.run = { passes, length };
    checker.last = { result, at };
    if (length < threshold || checker.view === passes) return;
    checker.view = passes;
    this.#changed();
  }
}

function statusIn(result: boolean | string): string {
  if (result === true) return 'Success: HTTP Status Code 200, OK';
  return `Failure: ${result === false ? 'The endpoint is down' : result}`;
}

const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));
