import { type Route53Client, UpdateHealthCheckCommand } from '@aws-sdk/client-route-53';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import type { OperationToken, SiteName, Workflow } from '../../functions/shared/names.ts';
import { inMemoryClient } from '../../lab/aws/in-memory-client.ts';
import type { StepFunctions, StepFunctionsOptions } from '../../lab/aws/step-functions.ts';
import type { Execution } from '../../lab/aws/step-functions-records.ts';
import { SITE_A, SITE_B } from '../../lab/configuration.ts';
import type { Lie } from '../../lab/simulated/grid-lies.ts';
import type { SimulatedSite } from '../../lab/simulated/site.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';
import { createSimulatedWorld, type SimulatedWorld } from '../../lab/simulated/world.ts';
import { adoptedInSync, knows, lostAndBackB } from './beginnings.ts';
import { configurationWith } from './deployment.ts';
import { answering, type Script } from './script.ts';

// A story takes part of a second; a machine that is busy with something else takes longer.
export const A = SITE_A;
export const B = SITE_B;

/** As deployed, where a rehearsal is faster. */
const PACE = { alarmPeriodSeconds: 60, scheduleSeconds: 60, approvalLookSeconds: 60 };

export interface WorldOptions {
  readonly script?: Script;
  /** Fields of the configuration that differ. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly onLog?: NonNullable<StepFunctionsOptions['onLog']>;
  /** Before the script: what happens at every task. */
  readonly aroundTask?: NonNullable<StepFunctionsOptions['aroundTask']>;
  /** The rule on executions that ended badly reaches nobody. Absent: it works. */
  readonly withoutRule?: boolean;
}

/**
 * The simulated world of the drills and the proof, as tests of single machines see it: adopted, site-a serves, and
 * nothing happens by itself, for no alarm is deployed and no schedule runs. What a test starts is as from the console.
 */
export class World {
  readonly #simulated: SimulatedWorld;
  readonly #before = new Map<string, () => unknown>();
  #isBeforeTheStory = false;
  #mailsBefore = 0;

  constructor({ script = {}, configuration, onLog, aroundTask, withoutRule }: WorldOptions) {
    const scripted = answering(script);
    this.#simulated = createSimulatedWorld({
      caches: 'keycloak-26',
      serving: A,
      unaided: false,
      // Nothing alarms.
      configuration: configurationWith(configuration),
      // One can restart while the other one keeps what they hold.
      dataGridPods: 2,
      pace: PACE,
      onLog,
      aroundTask: async (task, proceed) => {
        if (this.#isBeforeTheStory) return proceed();
        await this.#before.get(task.state)?.();
        const next = () => scripted(task, proceed);
        return aroundTask?.(task, next) ?? next();
      },
      aroundInvocation: async (name, event, proceed) =>
        withoutRule === true && name === 'closer' && isOfTheRule(event) ? null : proceed(),
    });
  }

  async begins(): Promise<void> {
    this.#simulated.installation.start();
    await adoptedInSync(this.#simulated);
    // The checkers have looked.
    await this.wait(30);
  }

  ends(): Promise<void> {
    return this.#simulated.stop();
  }

  get configuration() {
    return this.#simulated.configuration;
  }

  get engine(): StepFunctions {
    return this.#simulated.engine;
  }

  get grid() {
    return this.#simulated.grid;
  }

  get route53() {
    return this.#simulated.installation.route53;
  }

  get aurora() {
    return this.#simulated.installation.aurora;
  }

  get measurements() {
    return this.#simulated.installation.measurements;
  }

  get dynamodb() {
    return this.#simulated.dynamodb;
  }

  site(name: SiteName): SimulatedSite {
    return this.#simulated.site(name);
  }

  async ledger(): Promise<Ledger> {
    return this.#simulated.store.require();
  }

  losesItsLedger(): void {
    this.#simulated.loseLedger();
  }

  /** What happened before the story, as the ledger knows it. */
  async knows(...events: LedgerEvent[]): Promise<void> {
    await knows(this.#simulated.store, events);
  }

  /** site-b was lost, is stale and proven offline at site-a, and is back with old data. */
  async lostAndFoundB(known: { isolated?: boolean; contained?: boolean } = {}): Promise<void> {
    await lostAndBackB(this.#simulated, known);
  }

  /** site-b serves since a switchover, and both sites are in sync. */
  async switchedOver(): Promise<void> {
    this.#isBeforeTheStory = true;
    await this.#simulated.installation.run('switchover', { isolate: false });
    this.#isBeforeTheStory = false;
    this.#mailsBefore = this.#simulated.mails().length;
  }

  /** An operation that was claimed before the story, for a machine that acts for a caller. */
  async claimedBefore(workflow: 'failover' | 'contain' | 'resync'): Promise<OperationToken> {
    const owner = `arn:aws:states:eu-central-1:123456789012:execution:sso-${workflow}:caller`;
    await this.knows({ type: 'operation-claimed', workflow, owner });
    return { workflow, owner, epoch: (await this.ledger()).epoch };
  }

  /** Each time that a task is about to begin, this happens first. */
  before(task: string, happens: () => unknown): void {
    this.#before.set(task, happens);
  }

  /** Nothing of the site answers, as when its power is gone. */
  loses(site: SiteName): void {
    this.site(site).kill();
  }

  /** The site has its power again, and comes up empty. */
  async findsAgain(site: SiteName): Promise<void> {
    this.site(site).restart();
    await this.wait(20);
  }

  /** All of a site's Data Grid at once, without persistence: its entries and its offline statuses are gone. */
  async restartsWhole(site: SiteName): Promise<void> {
    this.site(site).restartDataGrid();
    await this.wait(10);
  }

  /** A person writes a site's check, or the ledger is one from before its last change: to us they look the same. */
  async changesCheck(site: SiteName): Promise<void> {
    const HealthCheckId = `switch-${site}`;
    await inMemoryClient<Route53Client>(this.route53.service).send(
      new UpdateHealthCheckCommand({ HealthCheckId, HealthThreshold: 1 }),
    );
  }

  /** A Data Grid that is asked for it says ok, and does something else with one cache. */
  lies(lie: Lie, at: SiteName): void {
    this.grid.lieNext(lie, at, this.configuration.caches.at(-1)!);
  }

  /** Started as from the console; gives the execution when it has ended. */
  async run(workflow: Workflow | 'run-batch', input: unknown = {}, name?: string): Promise<Execution> {
    return this.ended(this.engine.startExecution(workflow, input, name));
  }

  async ended({ executionArn }: Execution): Promise<Execution> {
    const ended = await this.engine.ended(executionArn);
    // The rule's closer works on after the end.
    await this.#simulated.sleep(1);
    return ended;
  }

  get mails(): readonly { readonly subject: string; readonly body: string }[] {
    return this.#simulated.mails().slice(this.#mailsBefore);
  }

  get subjects(): readonly string[] {
    return this.mails.map(({ subject }) => subject.replace('sso: ', ''));
  }

  wait(seconds: number): Promise<void> {
    return this.#simulated.sleep(seconds * 1000);
  }
}

/** Called by what EventBridge tells of an execution, not by a machine. */
const isOfTheRule = (event: unknown): boolean => 'detail-type' in (event as object);

/** Tells a story in a world of its own, on virtual time. */
export const inWorld = <Result>(
  options: WorldOptions,
  story: (world: World) => Promise<Result>,
): Promise<Result> =>
  onVirtualTime(async () => {
    const world = new World(options);
    await world.begins();
    try {
      return await story(world);
    } finally {
      await world.ends();
    }
  });
