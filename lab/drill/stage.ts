import type { CacheName, SiteName, Workflow } from '../../functions/shared/names.ts';
import { CLIENT_OPTIONS, Client } from './client.ts';
import { goodWritesAt } from './measures.ts';
import type { DrillRecord, StoryEvent } from './record.ts';
import { TooLateError, until } from './until.ts';
import type { ExecutionView, World } from './world.ts';

/** Longest that an answer of DNS is used again; a record's own time to live where that is shorter. */
const LONGEST_DNS_TTL_MILLISECONDS = 5_000;
const DNS_LOOK_MILLISECONDS = 500;
/** Enough that the handful written between two counts stays within the tolerance of a resync. */
const SESSIONS_PER_CACHE = 250;

/** What a scenario is played on: the world, the client at work, and all that is seen of both. */
export class Stage {
  readonly world: World;
  readonly client: Client;
  readonly events: StoryEvent[] = [];
  readonly dns: { at: number; site: SiteName }[] = [];
  readonly #onEvent: (event: StoryEvent) => void;
  #ended = false;
  #watching: Promise<void> | null = null;

  constructor(
    world: World,
    onEvent: (event: StoryEvent) => void,
    requestsPerSecond: number = CLIENT_OPTIONS.requestsPerSecond,
  ) {
    this.world = world;
    this.#onEvent = onEvent;
    const { caches, traffic } = world.configuration;
    this.client = new Client(world, {
      ...CLIENT_OPTIONS,
      requestsPerSecond,
      caches,
      dnsTtlMilliseconds: Math.min(traffic.recordTtlSeconds * 1000, LONGEST_DNS_TTL_MILLISECONDS),
    });
    world.onEvent((event) => this.#note(event));
  }

  tell(text: string, site?: SiteName, kind: StoryEvent['kind'] = 'story'): void {
    this.#note({ at: this.world.now(), kind, text, ...(site === undefined ? {} : { site }) });
  }

  #note(event: StoryEvent): void {
    this.events.push(event);
    this.#onEvent(event);
  }

  /** The client begins, and somebody looks at DNS all the time. */
  async begin(): Promise<void> {
    await this.client.fill(SESSIONS_PER_CACHE);
    this.client.start();
    this.#watching = this.#watchDns();
  }

  /** Everybody stops; requests that are under way end first. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.client.stop();
    await this.#watching;
  }

  async #watchDns(): Promise<void> {
    while (!this.#ended) {
      const site = await this.world.resolve();
      if (this.dns.at(-1)?.site !== site) this.dns.push({ at: this.world.now(), site });
      await this.world.sleep(DNS_LOOK_MILLISECONDS);
    }
  }

  until(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
    return until(this.world, what, seconds, holds);
  }

  /** Waits until writes have been good for a while. @returns since when */
  async untilWritesAreGood(from: number, seconds: number): Promise<number> {
    let since: number | null = null;
    await this.until('writes are good, read back within 50 ms', seconds, async () => {
      const writes = this.client.attempts.filter((attempt) => attempt.type === 'write');
      since = goodWritesAt(writes, from, this.world.now());
      return since !== null;
    });
    return since!;
  }

  /** Waits until nothing of that workflow runs. @throws Error when one of them failed */
  async untilEnded(workflows: readonly Workflow[], seconds: number): Promise<void> {
    const mine = () => this.world.executions().filter(({ workflow }) => workflows.includes(workflow));
    await this.until(`${workflows.join(' and ')} ended`, seconds, async () =>
      mine().every(({ status }) => status !== 'RUNNING'),
    );
    for (const execution of mine()) succeeded(execution);
  }

  /**
   * Starts a workflow with an empty input, as one would from the console, and answers the approval that it may ask
   * for in the same way.
   */
  async run(workflow: Workflow, seconds: number): Promise<ExecutionView> {
    const { world } = this;
    this.tell(`Somebody starts ${workflow} with {}.`);
    const arn = await world.startExecution(workflow, {});
    const deadline = world.now() + seconds * 1000;
    let approved = false;
    for (;;) {
      const execution = world.executions().find((each) => each.arn === arn);
      if (execution !== undefined && execution.status !== 'RUNNING') return succeeded(execution);
      if (world.now() > deadline) throw new TooLateError(`${workflow} ended`, seconds);
      const approval = approved ? null : ((await world.ledger())?.approval ?? null);
      if (approval?.answer === 'waiting' && approval.workflow === workflow) {
        approved = true;
        this.tell(`It asks: ${approval.question} Somebody starts approve with {}.`);
        await world.startExecution('approve', {});
      }
      await world.sleep(500);
    }
  }

  async keycloakInstances(): Promise<Readonly<Record<SiteName, number>>> {
    const { sites } = this.world.configuration;
    const counts = await Promise.all(sites.map(({ name }) => this.world.keycloakInstances(name)));
    return Object.fromEntries(sites.map(({ name }, index) => [name, counts[index]!]));
  }

  async entries(): Promise<NonNullable<DrillRecord['entries']>> {
    const { sites, caches } = this.world.configuration;
    const all: Record<SiteName, Record<CacheName, Record<string, string>>> = {};
    for (const { name } of sites) {
      all[name] = {};
      for (const cache of caches) {
        all[name][cache] = Object.fromEntries(await this.world.entries(name, cache));
      }
    }
    return all;
  }
}

function succeeded(execution: ExecutionView): ExecutionView {
  if (execution.status === 'SUCCEEDED') return execution;
  throw new Error(`${execution.workflow} ended as ${execution.status}: ${JSON.stringify(execution.output)}`);
}
