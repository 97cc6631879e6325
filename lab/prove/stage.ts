import type { SiteName } from '../../functions/shared/names.ts';
import type { HealthCheck } from '../aws/route-53/health-check.ts';
import { CLIENT_DOMAIN, domainOf, otherSiteThan, SITE_A, SITE_B } from '../configuration.ts';
import { seededRandom } from '../drill/random.ts';
import type { DeployedName } from '../installation.ts';
import { type Adopted, createSimulatedWorld, type SimulatedWorld } from '../simulated/world.ts';
import { installationOf } from './adopted.ts';
import { AlarmDelivery } from './alarm-delivery.ts';
import { Client, type ClientOptions } from './clients.ts';
import { EdgeCalls, siteOfCheck } from './edge-calls.ts';
import type { History, Violation } from './history.ts';
import { ByHandWatch, FENCED } from './invariants/by-hand.ts';
import { DataWatch } from './invariants/data.ts';
import type { Eyes } from './invariants/eyes.ts';
import { holderIn } from './invariants/holder.ts';
import { WrittenInOrder } from './invariants/order.ts';
import { checkDrift, checkMail, checkUp } from './invariants/people.ts';
import { ShutOutWatch } from './invariants/shut-out.ts';
import { Suspects } from './invariants/suspects.ts';
import { TrafficWatch } from './invariants/traffic.ts';
import { WriterWatch } from './invariants/writer.ts';
import { Moves } from './moves.ts';
import { Sessions } from './sessions.ts';
import { Stopped } from './stopped.ts';
import type { Story } from './stories.ts';

const SITES: readonly [SiteName, SiteName] = [SITE_A, SITE_B];
/** Not the number that the configuration falls back to. */
export const ORIGINAL_INSTANCES = 3;
/** A Batch that is done at the first look leaves out the same looks again, and so more histories are played. */
const SHARE_OF_QUICK_BATCHES = 0.8;
const QUICK_CLI_MILLISECONDS = 100;
/** By then each checker has probed three times more. */
const CHECKED_AGAIN_MILLISECONDS = 40_000;
/** Lambda's second retry of a sweep that failed, and what follows from it. */
const CAUGHT_UP_MILLISECONDS = 150_000;
/** In so many histories one client's resolver keeps answers longer than the record says, so much longer at most. */
const SHARE_OF_KEPT_ANSWERS = 0.25;
const KEPT_AT_MOST_MILLISECONDS = 300_000;
/** Those whose decisions outrank whoever holds the operation; the others act for one. */
const DECIDING: ReadonlySet<DeployedName> = new Set(['reconcile', 'readiness']);
/** Draws of their own: what else a seed gives does not depend on them. */
const OF_RESOLVERS = 0x5bd1e995;

export interface StageOptions {
  readonly history: History;
  readonly story: Story;
  /** Where it begins: `adopted(story)`. */
  readonly from: Adopted;
  /** Keep what happens, a line each. */
  readonly logs: boolean;
  /** Of each machine the states that are entered while calls are troubled, as `<machine>: <state>`. */
  readonly entered?: Set<string> | undefined;
}

/** The world of one history, with clients in it, eyes on it, and troubles at its calls. */
export class Stage {
  readonly world: SimulatedWorld;
  readonly sessions = new Sessions();
  readonly violations: Violation[] = [];
  readonly log: string[] = [];
  readonly eyes: Eyes;
  readonly calls: EdgeCalls;
  readonly moves: Moves;
  onCallActedAt = 0;
  readonly #options: StageOptions;
  readonly #thresholds = new Map<SiteName, number>();
  readonly #versions = new Map<SiteName, number>();
  readonly #disturbed = new Map<SiteName, number>();
  readonly #data: DataWatch;
  readonly #traffic: TrafficWatch;
  readonly #shutOut: ShutOutWatch;
  readonly #suspects: Suspects;
  readonly #byHandWatch: ByHandWatch;
  readonly #stopped: Stopped;
  readonly #writer: WriterWatch;
  /** Sites whose check may have been changed by somebody else, or been read as it was before. */
  readonly #unsure = new Set<SiteName>();
  readonly clients: readonly Client[];
  readonly #alarms = new AlarmDelivery();
  #beganAt = Date.now();
  #changes = 0;
  #looked = -1;
  #notInForceAt = 0;
  #answered: SiteName = SITE_A;
  /** What it answers since the last change of a check's status; null: nobody has asked since. */
  #dns: SiteName | null = null;
  readonly #outranking: number[] = [];
  readonly #decisions: number[] = [];
  /** Who serves, by the last decision. */
  #serving: SiteName;
  #movedAt = 0;
  readonly #reconciled: { readonly at: number; readonly serving: SiteName }[] = [];

  constructor(options: StageOptions) {
    this.#options = options;
    const { history, story } = options;
    const random = seededRandom(history.seed);
    this.#serving = story.serving;
    this.world = createSimulatedWorld({
      ...installationOf(story),
      timings: {
        viewDropMilliseconds: 42_000 + random() * 6_000,
        // Between two seconds and most of a minute, on real servers; often soon, so that fewer looks are waited for.
        viewFormMilliseconds: 2_000 + random() ** 3 * 51_000,
        cliStartMilliseconds: random() < SHARE_OF_QUICK_BATCHES ? QUICK_CLI_MILLISECONDS : 2_200,
        ...story.timings,
      },
      around: (call, proceed) => this.calls.made(call, proceed),
      onItsWay: (arrive) => this.#alarms.onItsWay(arrive),
      onLog: ({ machine }, entry) => {
        if (entry.type === 'StateEntered' && this.calls.troubling)
          options.entered?.add(`${machine}: ${entry.state.name}`);
      },
      aroundInvocation: (name, event, proceed) => this.calls.invoked(name, event, proceed),
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
      other: otherSiteThan,
      holder: () => holderIn(world.adopted.ledger.values().next().value ?? {}),
      dns: () => this.#dns ?? this.#askDns(),
      threshold: (site) => this.#thresholds.get(site) ?? -1,
      couldServe: (site) => world.site(site).couldServe,
      disturbedAt: (site) => this.#disturbed.get(site) ?? 0,
      apiAwayUntil: (site) => world.site(site).apiAwayUntil,
      heldAlarmsArrivedAt: () => this.#alarms.heldArrivedAt,
      outrankedBetween: (from, to) => this.#outranking.some((at) => at >= from && at <= to),
      decidedBetween: (from, to) => this.#decisions.some((at) => at >= from && at <= to),
      madeServeBetween: (site, from, to) =>
        this.#reconciled.some(({ at, serving }) => serving === site && at >= from && at <= to),
      movedAt: () => this.#movedAt,
      isAnyLeftStopped: () => this.#stopped.isAnyLeft,
      isDnsHeldUp: () => this.isHeldUp,
      notInForceAt: () => this.#lookAtForce(),
      checkersLateUntil: () => this.moves.checkersLateUntil + CHECKED_AGAIN_MILLISECONDS,
      mayHaveDrifted: (site) => this.#unsure.has(site),
      isSuspected: (site) => this.#suspects.has(site),
      violated: (invariant, what) => this.#violated(invariant, what),
    };
    this.#data = new DataWatch(this.eyes);
    this.#traffic = new TrafficWatch(this.eyes);
    this.#shutOut = new ShutOutWatch(this.eyes);
    this.#suspects = new Suspects(this.eyes, story.suspects);
    this.#byHandWatch = new ByHandWatch(this.eyes);
    this.#stopped = new Stopped(world.installation.engine);
    this.#writer = new WriterWatch(this.eyes);
    const scene = {
      world,
      eyes: this.eyes,
      byHandWatch: this.#byHandWatch,
      unsure: (site: SiteName) => void this.#unsure.add(site),
      note: (text: string) => this.note(text),
    };
    this.moves = new Moves({
      ...scene,
      sessions: this.sessions,
      story,
      alarms: this.#alarms,
      isDisturbed: () => this.#disturbed.size > 0,
      disturb: (site) => this.disturb(site),
      linkMoved: () => this.#data.linkMoved(),
      versionOf: (site) => this.versionOf(site),
      stoppedByHand: (execution) => {
        this.#stopped.add(execution);
        this.#outranking.push(Date.now());
        this.#decisions.push(Date.now());
      },
    });
    this.calls = new EdgeCalls(history, {
      ...scene,
      moves: this.moves,
      data: this.#data,
      order: new WrittenInOrder(this.eyes),
      writer: this.#writer,
      decided: (by, serving) => {
        if (DECIDING.has(by)) this.#decisions.push(Date.now());
        if (by === 'reconcile') this.#reconciled.push({ at: Date.now(), serving });
        if (by === 'reconcile' && serving !== this.#serving) this.#movedAt = Date.now();
        this.#serving = serving;
      },
      logs: options.logs,
    });
    world.installation.route53.onStatusChange(() => {
      this.#dns = null;
    });
    world.installation.route53.onWrite((check) => {
      const site = siteOfCheck(check.id);
      this.#saved(check);
      this.#traffic.saved(site, this.moves.isHandAtWork);
      if (check.config.HealthThreshold === FENCED && !this.moves.isHandAtWork) {
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
      if (kind === 'alarm' && text.endsWith('is ALARM.')) this.#outranking.push(Date.now());
      if (options.logs && kind !== 'traffic-write') this.note(text);
    });
    const between = (least: number, most: number) => least + random() * (most - least);
    const client = (
      name: string,
      how: Pick<ClientOptions, 'kind' | 'keepsMilliseconds'>,
      least: number,
      most: number,
    ) => new Client(world, this.sessions, { ...how, name, everyMilliseconds: between(least, most), random });
    this.clients = [
      client('one', resolverOf(history.seed, world.configuration.traffic.recordTtlSeconds), 2_000, 8_000),
      client('two', { kind: 'stays' }, 10_000, 20_000),
      client('three', { kind: 'comes anew' }, 4_000, 8_000),
    ];
  }

  /** Of its Data Grids, where the story depends on them. */
  get timings(): Story['timings'] {
    return this.#options.story.timings;
  }

  async start(): Promise<void> {
    const { from, story } = this.#options;
    for (const check of from.checks) if (check.config.Type === 'CALCULATED') this.#saved(check);
    for (const item of from.ledger.values()) this.calls.beginsWith(item);
    await this.world.startFrom(from);
    for (const site of SITES) await this.world.site(site).cluster.setKeycloakInstances(ORIGINAL_INSTANCES);
    // No read is as stale as this.
    this.calls.forgetAnswers();
    for (const client of this.clients) client.start();
    await this.world.sleep(10_000);
    await story.before?.(this.world, this.clients);
    this.#beganAt = Date.now();
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.stop();
    await this.world.stop();
  }

  /** After everything that happened: the invariants that can be broken at any moment. */
  look(): void {
    this.#lookAtForce();
    this.#answered = this.eyes.dns();
    this.#suspects.look();
    this.#writer.look();
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

  #lookAtForce(): number {
    if (!this.world.installation.route53.isInForce) this.#notInForceAt = Date.now();
    return this.#notInForceAt;
  }

  /** Asked for many times between two changes. */
  #askDns(): SiteName {
    const { target } = this.world.installation.route53.answer(CLIENT_DOMAIN)!;
    this.#dns = target === domainOf(SITE_A) ? SITE_A : SITE_B;
    return this.#dns;
  }

  #saved({ id, version, config }: HealthCheck): void {
    const site = siteOfCheck(id);
    this.#thresholds.set(site, config.HealthThreshold ?? -1);
    this.#versions.set(site, version);
  }

  /** A call that was given up may still take effect, an alarm may still arrive, an execution may go on. */
  get isAnythingLate(): boolean {
    return (
      this.calls.isAnyLate ||
      this.#lookAtForce() === Date.now() ||
      Date.now() < this.moves.checkersLateUntil + CHECKED_AGAIN_MILLISECONDS ||
      this.#alarms.isAnyHeld ||
      this.world.installation.requestLimit.isUsedUp ||
      this.isHeldUp ||
      this.moves.interventions.isRedriveDue
    );
  }

  /** Route 53 took no changes, and what was decided meanwhile is still to be carried out. */
  get isHeldUp(): boolean {
    return Date.now() < this.moves.noChangesUntil + CAUGHT_UP_MILLISECONDS;
  }

  /**
   * What was stopped or changed by hand and is not held against the product, as text; empty: nothing. A way to the end
   * that was played under it proves nothing for others.
   */
  get excuse(): string {
    const isStopped = this.#stopped.isAnyLeft;
    if (!isStopped && this.#unsure.size === 0) return '';
    const ofChecks = SITES.map((site) => [this.#unsure.has(site), this.#traffic.isAPersons(site)]);
    return JSON.stringify([isStopped, ofChecks]);
  }

  /** A person has changed its health check, and nobody has adopted that. */
  isChangedByHand(site: SiteName): boolean {
    return this.#byHandWatch.isToBeAdopted(site);
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
}

/** A resolver with a least time of its own, or a JVM, keeps an answer longer than the record's TTL. */
function resolverOf(seed: number, ttlSeconds: number): Pick<ClientOptions, 'kind' | 'keepsMilliseconds'> {
  const random = seededRandom(seed ^ OF_RESOLVERS);
  if (random() >= SHARE_OF_KEPT_ANSWERS) return { kind: 'by DNS' };
  const ttlMilliseconds = ttlSeconds * 1000;
  return {
    kind: 'keeps answers',
    keepsMilliseconds: ttlMilliseconds + random() * (KEPT_AT_MOST_MILLISECONDS - ttlMilliseconds),
  };
}
