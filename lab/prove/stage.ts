import { AsyncLocalStorage } from 'node:async_hooks';
import type { GetHealthCheckCommandOutput, UpdateHealthCheckCommandInput } from '@aws-sdk/client-route-53';
import { positionsOf } from '../../functions/ledger/ledger.ts';
import type { CacheName, SiteName, Workflow } from '../../functions/shared/names.ts';
import { ServiceFault } from '../aws/service.ts';
import type { Execution } from '../aws/step-functions-records.ts';
import { CLIENT_DOMAIN, domainOf, SITE_A, SITE_B } from '../configuration.ts';
import { seededRandom } from '../drill/random.ts';
import type { DeployedName } from '../installation.ts';
import type { EdgeCall } from '../simulated/interception.ts';
import { createSimulatedWorld, type SimulatedWorld } from '../simulated/world.ts';
import { ALARMS_LATE_MILLISECONDS, AlarmDelivery } from './alarm-delivery.ts';
import { Client, type ClientOptions } from './clients.ts';
import { type CallRecord, type History, isCallFault, type TroubleKind, type Violation } from './history.ts';
import { ByHandWatch, FENCED } from './invariants/by-hand.ts';
import { DataWatch } from './invariants/data.ts';
import type { Eyes } from './invariants/eyes.ts';
import { checkOrder, checkReplay, type Invocation, WrittenInOrder } from './invariants/order.ts';
import { checkDrift, checkMail, checkUp } from './invariants/people.ts';
import { ShutOutWatch } from './invariants/shut-out.ts';
import { Suspects } from './invariants/suspects.ts';
import { TrafficWatch } from './invariants/traffic.ts';
import { Sessions } from './sessions.ts';
import type { Story } from './stories.ts';
import { API_HIDDEN_MILLISECONDS, surroundings } from './surroundings.ts';
import { isRead, troubled } from './troubled-call.ts';

/** Two are enough to tell "every cache" from "the first". */
const CACHES = ['sessions', 'work'] as unknown as readonly CacheName[];
const SITES: readonly [SiteName, SiteName] = [SITE_A, SITE_B];
/** Not the number that the configuration falls back to. */
export const ORIGINAL_INSTANCES = 3;
/** As deployed. */
const PACE = { alarmPeriodSeconds: 60, scheduleSeconds: 60 };
/** A Batch that is done at the first look leaves out the same looks again, and so more histories are played. */
const SHARE_OF_QUICK_BATCHES = 0.8;
const QUICK_CLI_MILLISECONDS = 100;
const REDRIVE_MILLISECONDS = 60_000;
const FROZEN_MILLISECONDS = 150_000;
/** Longer than checkers take to see it, shorter than the period of an alarm. */
const FROZEN_A_MOMENT_MILLISECONDS = 30_000;
/** DNS answers on, as it does when Route 53's control plane is away. Longer than writes may stay bad. */
const NO_CHANGES_MILLISECONDS = 450_000;
/** Lambda's second retry of a sweep that failed, and what follows from it. */
const CAUGHT_UP_MILLISECONDS = 150_000;
/** Somebody sees that it was started already. */
const REGRET_MILLISECONDS = 10_000;

/** What the product calls a switch with that threshold. */
const POSITIONS = ['pinned', 'follows', 'fenced'];

export interface StageOptions {
  readonly history: History;
  readonly story: Story;
  /** Keep what happens, a line each. */
  readonly logs: boolean;
}

/** The world of one history, with clients in it, eyes on it, and troubles at its calls. */
export class Stage {
  readonly world: SimulatedWorld;
  readonly sessions = new Sessions();
  readonly calls: CallRecord[] = [];
  readonly violations: Violation[] = [];
  readonly log: string[] = [];
  readonly eyes: Eyes;
  struck = 0;
  everyCall = 0;
  onCallActedAt = 0;
  /** While it is on, calls are counted and troubled. */
  troubling = false;
  readonly #options: StageOptions;
  readonly #invocations = new AsyncLocalStorage<Invoked>();
  readonly #troubles: ReadonlyMap<number, readonly TroubleKind[]>;
  readonly #thresholds = new Map<SiteName, number>();
  readonly #versions = new Map<SiteName, number>();
  readonly #disturbed = new Map<SiteName, number>();
  readonly #needsAnswers: boolean;
  readonly #answers = new Map<string, unknown>();
  readonly #late = new Set<() => void>();
  readonly #data: DataWatch;
  readonly #traffic: TrafficWatch;
  readonly #byHandWatch: ByHandWatch;
  readonly #shutOut: ShutOutWatch;
  readonly #order: WrittenInOrder;
  readonly #suspects: Suspects;
  /** Sites whose check may have been changed by somebody else, or been read as it was before. */
  readonly #unsure = new Set<SiteName>();
  #handAtWork = false;
  #noChangesUntil = 0;
  readonly clients: readonly Client[];
  readonly #alarms = new AlarmDelivery();
  #beganAt = Date.now();
  #changes = 0;
  #stoppedByHand = false;
  #looked = -1;
  #stopped: Execution | null = null;
  #epoch = 0;
  #decidedAt = 0;
  #alarmAt = 0;
  #answered: SiteName = SITE_A;
  #apisAwayUntil = 0;
  readonly #outranking: number[] = [];
  readonly #decisions: number[] = [];
  #replayed: unknown = null;

  constructor(options: StageOptions) {
    this.#options = options;
    const { history, story } = options;
    const troubles = new Map<number, TroubleKind[]>();
    for (const { at, kind } of history.troubles) troubles.set(at, [...(troubles.get(at) ?? []), kind]);
    this.#troubles = troubles;
    this.#needsAnswers = history.troubles.some(({ kind }) => kind === 'stale');
    const random = seededRandom(history.seed);
    this.world = createSimulatedWorld({
      caches: story.caches ?? 'keycloak-26',
      serving: story.serving,
      unaided: false,
      pace: PACE,
      timings: {
        viewDropMilliseconds: 42_000 + random() * 6_000,
        // Between two seconds and most of a minute, on real servers; often soon, so that fewer looks are waited for.
        viewFormMilliseconds: 2_000 + random() ** 3 * 51_000,
        cliStartMilliseconds: random() < SHARE_OF_QUICK_BATCHES ? QUICK_CLI_MILLISECONDS : 2_200,
      },
      configuration: { caches: CACHES as CacheName[] },
      around: (call, proceed) => this.#call(call, proceed),
      onItsWay: (arrive) => this.#alarms.onItsWay(arrive),
      aroundInvocation: (name, event, proceed) => this.#invocation(name, event, proceed),
      onStored: (stored) => {
        this.#changes += 1;
        this.#data.stored(stored);
      },
    });
    const { world } = this;
    this.eyes = {
      world,
      sessions: this.sessions,
      entries: (site, cache) => world.grid.entries(site, cache),
      sites: SITES,
      now: () => Date.now(),
      other,
      dns: () =>
        world.installation.route53.answer(CLIENT_DOMAIN)!.target === domainOf(SITE_A) ? SITE_A : SITE_B,
      threshold: (site) => this.#thresholds.get(site) ?? -1,
      couldServe: (site) => world.site(site).couldServe,
      disturbedAt: (site) => this.#disturbed.get(site) ?? 0,
      apisAwayUntil: () => this.#apisAwayUntil,
      heldAlarmsArrivedAt: () => this.#alarms.heldArrivedAt,
      outrankedBetween: (from, to) => this.#outranking.some((at) => at >= from && at <= to),
      decidedBetween: (from, to) => this.#decisions.some((at) => at >= from && at <= to),
      stoppedByHand: () => this.#stoppedByHand,
      isDnsHeldUp: () => this.isHeldUp,
      mayHaveDrifted: (site) => this.#unsure.has(site),
      isSuspected: (site) => this.#suspects.has(site),
      violated: (invariant, what) => this.#violated(invariant, what),
    };
    this.#data = new DataWatch(this.eyes);
    this.#traffic = new TrafficWatch(this.eyes);
    this.#byHandWatch = new ByHandWatch(this.eyes);
    this.#shutOut = new ShutOutWatch(this.eyes);
    this.#order = new WrittenInOrder(this.eyes);
    this.#suspects = new Suspects(this.eyes, story.suspects);
    world.installation.route53.onWrite((check) => {
      const site = siteOfCheck(check.id);
      this.#thresholds.set(site, check.config.HealthThreshold ?? -1);
      this.#versions.set(site, check.version);
      this.#traffic.saved(site, this.#handAtWork);
      if (check.config.HealthThreshold === FENCED && !this.#handAtWork) {
        this.#traffic.fenced(site, this.#answered);
        if (site !== this.#answered) this.#shutOut.fenced(site);
      }
      this.#answered = this.eyes.dns();
      if (options.logs) this.note(`Route 53: ${check.id} has threshold ${check.config.HealthThreshold}`);
    });
    world.onEvent(({ kind, text }) => {
      if (kind === 'mail') {
        checkMail(text, this.eyes);
        this.#shutOut.mail(text);
        const { body } = world.mails().at(-1)!;
        checkDrift(body, this.eyes);
        checkUp(body, this.eyes);
      }
      if (kind === 'alarm') {
        this.#alarmAt = Date.now();
        if (text.endsWith('is ALARM.')) this.#outranking.push(Date.now());
      }
      if (options.logs && kind !== 'traffic-write') this.note(text);
    });
    const between = (least: number, most: number) => least + random() * (most - least);
    const client = (name: string, kind: ClientOptions['kind'], least: number, most: number) =>
      new Client(world, this.sessions, { kind, name, everyMilliseconds: between(least, most), random });
    this.clients = [
      client('one', 'by DNS', 2_000, 8_000),
      client('two', 'stays', 10_000, 20_000),
      client('three', 'comes anew', 4_000, 8_000),
    ];
  }

  async start(): Promise<void> {
    await this.world.start();
    for (const site of SITES) await this.world.site(site).cluster.setKeycloakInstances(ORIGINAL_INSTANCES);
    // No read is as stale as this.
    this.#answers.clear();
    for (const client of this.clients) client.start();
    await this.world.sleep(10_000);
    await this.#options.story.before?.(this.world);
    this.#beganAt = Date.now();
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.stop();
    await this.world.stop();
  }

  /** After everything that happened: the invariants that can be broken at any moment. */
  look(): void {
    this.#answered = this.eyes.dns();
    this.#suspects.look();
    const change = this.#changes + this.sessions.version;
    this.#traffic.look(change);
    this.#shutOut.look();
    if (change === this.#looked) return;
    this.#looked = change;
    for (const site of SITES) {
      if (this.#data.isOpenAgain(site) && this.sessions.lacking(site, this.eyes.entries) === null)
        this.#data.inStepAgain(site);
    }
  }

  /** A call that was given up may still take effect, an alarm may still arrive. */
  get isAnythingLate(): boolean {
    return this.#late.size > 0 || this.#alarms.isAnyHeld || this.isHeldUp;
  }

  /** Route 53 took no changes, and what was decided meanwhile is still to be carried out. */
  get isHeldUp(): boolean {
    return Date.now() < this.#noChangesUntil + CAUGHT_UP_MILLISECONDS;
  }

  /** Version of a site's switch. */
  versionOf(site: SiteName): number {
    return this.#versions.get(site) ?? 1;
  }

  /** The site was stopped, or comes back, or restarts empty. */
  disturb(site: SiteName): void {
    this.#disturbed.set(site, Date.now());
    this.#data.disturbed(site);
    this.#outranking.push(Date.now());
    this.#changes += 1;
  }

  note(text: string): void {
    if (!this.#options.logs) return;
    const seconds = ((Date.now() - this.#beganAt) / 1000).toFixed(1);
    this.log.push(`${seconds.padStart(8)} s  ${text}`);
  }

  #violated(invariant: string, what: string): void {
    if (this.violations.some((each) => each.invariant === invariant)) return;
    this.violations.push({ invariant, what, at: Date.now() - this.#beganAt });
    this.note(`VIOLATION of ${invariant}: ${what}`);
  }

  #invocation(caller: DeployedName, event: unknown, proceed: () => Promise<unknown>): Promise<unknown> {
    let died = () => {};
    const death = new Promise<never>((_, reject) => {
      died = () =>
        reject(Object.assign(new Error('The process of the function ended.'), { name: 'Runtime.ExitError' }));
    });
    const invocation = {
      caller,
      token: tokenOf(event),
      step: stepOf(event),
      known: null,
      dead: false,
      again: event === this.#replayed,
      adopt: this.#adoptOf(event),
      checks: new Map<SiteName, number>(),
      calls: 0,
      die: () => {
        invocation.dead = true;
        died();
      },
    };
    return this.#invocations.run(invocation, async () => {
      const answer = await Promise.race([proceed(), death]);
      if (invocation.adopt !== null) this.#byHandWatch.lookedFor(invocation.adopt, invocation.checks);
      return answer;
    });
  }

  /** The adopt that calls the function; null: another workflow, or none. */
  #adoptOf(event: unknown): string | null {
    const { execution } = (event ?? {}) as { readonly execution?: unknown };
    if (execution === undefined) return null;
    const adopts = this.world.installation.engine.listExecutions('adopt');
    return adopts.find(({ executionArn }) => executionArn === execution)?.executionArn ?? null;
  }

  async #call(call: EdgeCall, proceed: () => Promise<unknown>): Promise<unknown> {
    const invocation = this.#invocations.getStore();
    if (invocation?.dead === true) return new Promise<never>(() => {});
    this.everyCall += 1;
    const number = this.troubling ? this.#count(call, invocation?.calls === 0) : 0;
    if (invocation !== undefined) invocation.calls += 1;
    const kinds = this.troubling ? (this.#troubles.get(number) ?? []) : [];
    for (const kind of kinds) {
      this.struck += 1;
      this.note(`TROUBLE at call ${number} (${keyOf(call)}): ${kind}`);
      if (!isCallFault(kind)) await this.#move(kind);
    }
    if (invocation !== undefined) checkOrder(call, invocation, this.eyes);
    const known = invocation?.known?.epoch ?? null;
    const carryOut = async () => {
      if (call.operation === 'UpdateHealthCheck' && Date.now() < this.#noChangesUntil)
        throw new ServiceFault('InternalServerError', 'We encountered an internal error.', 500);
      const answer = await proceed().catch((error) => {
        if (call.operation === 'UpdateHealthCheck') this.#byHandWatch.coincided(...checkIn(call));
        throw error;
      });
      return this.#seen(call, invocation ?? null, known, answer);
    };
    const fault = kinds.find(isCallFault);
    if (fault === 'stale' || fault === 'late') this.#noteUnsure(call);
    if (this.#options.logs && !isRead(call)) this.note(`  ${number}: ${keyOf(call)}`);
    const question =
      this.#needsAnswers && isRead(call)
        ? `${call.site} ${call.operation} ${JSON.stringify(call.input)}`
        : null;
    const answer =
      fault === undefined
        ? await carryOut()
        : await troubled(call, fault, carryOut, {
            die: () => {
              invocation?.die();
              return new Promise<never>(() => {});
            },
            afterNextDecision: (limit) => this.#afterNextDecision(limit),
            before: question === null ? undefined : this.#answers.get(question),
          });
    if (question !== null) this.#answers.set(question, answer);
    return answer;
  }

  /** Of a call that may take effect late, or be answered by what was, nobody can say who changed the check. */
  #noteUnsure(call: EdgeCall): void {
    if (call.operation === 'GetHealthCheck') this.#unsure.add(checkIn(call)[0]);
  }

  #count(call: EdgeCall, begins: boolean): number {
    const step = this.#invocations.getStore()?.step ?? null;
    const key = step === null ? keyOf(call) : `${keyOf(call)} for ${step}`;
    this.calls.push({ key, reads: isRead(call), begins });
    return this.calls.length;
  }

  /** What the call did to the ledger and to the bridge, for those who watch. */
  #seen(call: EdgeCall, invocation: Invoked | null, knew: number | null, answer: unknown): unknown {
    if (call.service === 'DynamoDB') {
      const item = (call.operation === 'GetItem' ? (answer as Item).Item : (call.input as Item).Item) ?? null;
      const epoch = Number(item?.['epoch']?.N ?? 0);
      if (item !== null && invocation !== null) {
        invocation.known = { epoch, owner: item['operation']?.M?.['owner']?.S ?? null };
      }
      if (call.operation === 'PutItem' && item?.['revision'] !== undefined)
        this.#ledgerWritten(call, invocation, Number(item['revision'].N), JSON.stringify(item));
      if (call.operation === 'PutItem' && epoch > this.#epoch) {
        this.#epoch = epoch;
        if (invocation !== null) checkReplay(invocation, this.#decidedAt > this.#alarmAt, this.eyes);
        this.#decidedAt = Date.now();
        if (DECIDING.has(call.caller)) this.#decisions.push(Date.now());
        for (const work of [...this.#late]) work();
      }
    } else if (call.operation === 'GetHealthCheck') {
      const { HealthCheck } = answer as GetHealthCheckCommandOutput;
      invocation?.checks.set(checkIn(call)[0], HealthCheck!.HealthCheckVersion!);
    } else if (call.operation === 'UpdateHealthCheck') {
      const [site, threshold] = checkIn(call);
      if (knew !== null) this.#order.check(site, knew, call.caller);
      this.#byHandWatch.written(site, threshold);
    } else if (call.operation === 'listPods' && invocation?.step === 'create-batch clear') {
      this.#data.podsSeen(call.site!);
    } else if (call.site !== null && /^(apply|delete)NetworkPolicy$/.test(call.operation)) {
      this.#data.bridge(other(call.site), call.operation === 'deleteNetworkPolicy');
    }
    return answer;
  }

  #ledgerWritten({ caller }: EdgeCall, invocation: Invoked | null, revision: number, text: string): void {
    this.#order.ledger(revision, text, caller);
    const adopt = invocation?.adopt ?? null;
    if (adopt !== null) this.#byHandWatch.adopted(adopt, invocation!.checks);
  }

  #afterNextDecision(limitMilliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const goOn = () => {
        if (this.#late.delete(goOn)) resolve();
      };
      this.#late.add(goOn);
      setTimeout(goOn, limitMilliseconds);
    });
  }

  async #move(kind: TroubleKind): Promise<void> {
    const { world } = this;
    const serving = this.eyes.dns();
    switch (kind) {
      case 'the execution is stopped':
        this.#stopExecution();
        return;
      case 'the execution is stopped and redriven later': {
        const arn = this.#stopExecution();
        if (arn !== null)
          setTimeout(() => {
            const { engine } = world.installation;
            if (engine.describeExecution(arn).status !== 'ABORTED') return;
            this.note('The execution is redriven.');
            engine.redriveExecution(arn);
          }, REDRIVE_MILLISECONDS);
        return;
      }
      case 'a person starts failover':
        await this.#byHand('failover');
        return;
      case 'a person starts resync':
        await this.#byHand('resync');
        return;
      case 'a person starts switchover':
        await this.#byHand('switchover');
        return;
      case 'a person starts it a second time, and stops that':
        this.#startsItTwice();
        return;
      case 'the serving site dies':
        await this.#dies(serving);
        return;
      case 'the other site dies':
        await this.#dies(other(serving));
        return;
      case 'the other site restarts empty':
        await this.#dies(other(serving));
        setTimeout(() => void this.revive(), 20_000);
        return;
      case 'the lost site comes back':
        await this.revive();
        return;
      case 'the link breaks':
        await world.cutLink();
        setTimeout(() => void world.healLink(), 90_000);
        return;
      case 'the last alarm comes again':
        this.#replayed = world.installation.lastAlarm;
        void world.installation.deliverLastAlarmAgain();
        return;
      case 'the other site freezes for a while':
        this.#freezes(other(serving), FROZEN_MILLISECONDS);
        return;
      case 'the serving site freezes for a moment':
        this.#freezes(serving, FROZEN_A_MOMENT_MILLISECONDS);
        return;
      case 'the Data Grid of the serving site restarts whole':
        // With the other one gone as well, nothing would be left to prove.
        if (world.grid.site(other(serving)).running === 'up') this.restartDataGrid(serving);
        return;
      case 'the Data Grid of the other site restarts whole':
        this.restartDataGrid(other(serving));
        return;
      case 'alarms come late and out of order':
        this.#alarms.holdBack(ALARMS_LATE_MILLISECONDS);
        return;
      case 'alarms are lost':
        this.#alarms.lose(ALARMS_LATE_MILLISECONDS);
        return;
      case 'Route 53 takes no changes for a while':
        this.#noChangesUntil = Date.now() + NO_CHANGES_MILLISECONDS;
        return;
      case 'a person touches a health check':
        return this.#byHandAt(SITE_A, kind);
      case 'a person fences the other site by hand':
        // Nobody does so to the site that they are promoting.
        if (this.#options.story.acceptsLossAt === other(serving)) return;
        return this.#byHandAt(other(serving), kind);
      case 'the APIs of the clusters vanish for a while':
        this.#apisAwayUntil = Date.now() + API_HIDDEN_MILLISECONDS;
        await surroundings(world, kind, other(serving));
        return;
      default:
        await surroundings(world, kind, other(serving));
    }
  }

  get #running(): Execution | undefined {
    return this.world.installation.engine
      .listExecutions(this.#options.story.workflow)
      .find(({ status, parent }) => status === 'RUNNING' && parent === null);
  }

  /** While the first one runs; the second has nothing to do but to wait, unless the first ends meanwhile. */
  #startsItTwice(): void {
    const { engine } = this.world.installation;
    const first = this.#running;
    if (first === undefined) return;
    const input = this.#disturbed.size === 0 ? first.input : withoutWord(first.input);
    const { executionArn } = engine.startExecution(this.#options.story.workflow, input);
    setTimeout(() => {
      if (this.#running !== first || engine.describeExecution(executionArn).status !== 'RUNNING') return;
      this.note('The second one is stopped.');
      engine.stopExecution(executionArn);
    }, REGRET_MILLISECONDS);
  }

  #stopExecution(): string | null {
    const { engine } = this.world.installation;
    const running = this.#running;
    if (running === undefined) return null;
    engine.stopExecution(running.executionArn);
    this.#stoppedByHand = true;
    this.#outranking.push(Date.now());
    this.#decisions.push(Date.now());
    this.#stopped = running;
    return running.executionArn;
  }

  /**
   * What on-call starts again, as the mail about its end says, where nobody has; null: nothing. A switchover's mail
   * says to look who serves first.
   */
  get whatWasStopped(): { readonly workflow: Workflow; readonly input: object } | null {
    const { workflow } = this.#options.story;
    const { engine } = this.world.installation;
    if (this.#stopped === null || workflow === 'switchover') return null;
    if (engine.describeExecution(this.#stopped.executionArn).status !== 'ABORTED') return null;
    return { workflow, input: withoutWord(this.#stopped.input) };
  }

  async startAgainWhatWasStopped(): Promise<void> {
    const stopped = this.whatWasStopped;
    if (stopped === null) return;
    this.#stopped = null;
    this.note(`On-call starts ${stopped.workflow} again.`);
    // A word given anew is for what the site holds now. Where it serves already, nothing is accepted any more.
    const { acceptsLossAt } = this.#options.story;
    const serving = (await this.world.ledger())?.serving;
    if (
      stopped.workflow === 'promote-accepting-loss' &&
      acceptsLossAt !== undefined &&
      acceptsLossAt !== serving
    )
      this.sessions.acceptLossAt(acceptsLossAt, this.eyes.entries);
    await this.world.startExecution(stopped.workflow, stopped.input);
  }

  async #byHandAt(site: SiteName, kind: TroubleKind): Promise<void> {
    this.#unsure.add(site);
    const ledger = await this.world.ledger();
    this.#handAtWork = true;
    await surroundings(this.world, kind, site);
    this.#handAtWork = false;
    const recorded = ledger?.checkVersions[site];
    const version = this.versionOf(site);
    // While a write of the product is on its way, that may be what took the next version, where it stands so.
    const ours = ledger === null ? undefined : positionsOf(ledger, site);
    const isOurs = ours?.includes(POSITIONS[this.eyes.threshold(site)]!) ?? true;
    if (recorded === version - 1 || (recorded === version && !isOurs))
      this.#byHandWatch.changedByHand(site, version);
  }

  async #byHand(workflow: Workflow): Promise<void> {
    await this.world.startExecution(workflow, {});
  }

  #freezes(site: SiteName, milliseconds: number): void {
    if (this.world.grid.site(site).running !== 'up') return;
    this.disturb(site);
    void this.world.freeze(site);
    setTimeout(() => {
      if (this.world.grid.site(site).running !== 'frozen') return;
      this.disturb(site);
      void this.world.thaw(site);
    }, milliseconds);
  }

  restartDataGrid(site: SiteName): void {
    if (this.world.grid.site(site).running !== 'up') return;
    this.disturb(site);
    this.world.site(site).restartDataGrid();
    this.sessions.forgiveWhat(other(site), this.eyes.entries);
  }

  async #dies(site: SiteName): Promise<void> {
    if (this.world.grid.site(site).running !== 'up') return;
    this.disturb(site);
    await this.world.kill(site);
    // What no other site holds is lost with it, whoever is to blame.
    this.sessions.forgiveWhat(other(site), this.eyes.entries);
  }

  /** Whatever is down or frozen comes back, and the link with it; nothing lies any more. */
  async revive(): Promise<void> {
    this.#noChangesUntil = Math.min(this.#noChangesUntil, Date.now());
    this.#alarms.prompt();
    this.world.grid.lieNoMore();
    for (const site of SITES) {
      this.world.site(site).delayNextBatch(0);
      this.world.site(site).mendEndpoint();
    }
    await this.world.healLink();
    for (const site of SITES) {
      const { running } = this.world.grid.site(site);
      if (running === 'up') continue;
      this.disturb(site);
      if (running === 'frozen') await this.world.thaw(site);
      else await this.world.restart(site);
    }
  }
}

interface Invoked extends Invocation {
  readonly die: () => void;
  /** What the function is asked for, in one word or two. */
  readonly step: string | null;
  /** The adopt that it works for; null: it works for no adopt. */
  readonly adopt: string | null;
  /** Versions of the health checks that it has read. */
  readonly checks: Map<SiteName, number>;
  calls: number;
}

/** Those whose decisions outrank whoever holds the operation; the others act for one. */
const DECIDING: ReadonlySet<DeployedName> = new Set(['reconcile', 'readiness']);

interface Item {
  readonly Item?: Readonly<Record<string, AttributeOf>>;
}

interface AttributeOf {
  readonly N?: string;
  readonly S?: string;
  readonly M?: Readonly<Record<string, AttributeOf>>;
}

const other = (site: SiteName): SiteName => (site === SITE_A ? SITE_B : SITE_A);

const siteOfCheck = (id: string): SiteName => (id.endsWith(SITE_A) ? SITE_A : SITE_B);

/** Whose switch a call to Route 53 is about, and the threshold that it gets. */
function checkIn({ input }: EdgeCall): [site: SiteName, threshold: number | undefined] {
  const { HealthCheckId, HealthThreshold } = input as UpdateHealthCheckCommandInput;
  return [siteOfCheck(HealthCheckId!), HealthThreshold];
}

/** Nobody gives their word a second time without having looked. */
function withoutWord(input: unknown): object {
  const { inSync: _, ...rest } = input as { readonly inSync?: boolean };
  return rest;
}

const keyOf = ({ caller, operation, site }: EdgeCall): string =>
  `${caller}: ${operation}${site === null ? '' : ` at ${site}`}`;

function stepOf(event: unknown): string | null {
  const { action, step } = (event ?? {}) as { readonly action?: unknown; readonly step?: unknown };
  return typeof action !== 'string' ? null : typeof step === 'string' ? `${action} ${step}` : action;
}

function tokenOf(event: unknown): Invocation['token'] {
  const operation = (event as { operation?: { epoch?: unknown; owner?: unknown } | null } | null)?.operation;
  return typeof operation?.epoch === 'number' && typeof operation.owner === 'string'
    ? { epoch: operation.epoch, owner: operation.owner }
    : null;
}
