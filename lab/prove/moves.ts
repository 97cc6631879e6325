import { positionsOf } from '../../functions/ledger/ledger.ts';
import type { SiteName, Workflow } from '../../functions/shared/names.ts';
import { otherSiteThan, SITE_A } from '../configuration.ts';
import { ALARMS_LATE_MILLISECONDS, type AlarmDelivery } from './alarm-delivery.ts';
import type { TroubleKind } from './history.ts';
import { type InterventionScene, Interventions } from './interventions.ts';
import { type ByHandWatch, positionOf } from './invariants/by-hand.ts';
import { surroundings } from './surroundings.ts';

const API_HIDDEN_MILLISECONDS = 60_000;
const FROZEN_MILLISECONDS = 150_000;
/** Longer than checkers take to see it, shorter than the period of an alarm. */
const FROZEN_A_MOMENT_MILLISECONDS = 30_000;
/** DNS answers on, as it does when Route 53's control plane is away. Longer than writes may stay bad. */
const NO_CHANGES_MILLISECONDS = 450_000;
/** Within which Route 53 says that what it answers follows a change. */
const IN_FORCE_LATE_MILLISECONDS = 60_000;
/** Some of the attempts of the SDK fall into it, or all. */
const USED_UP_MILLISECONDS = 60_000;
/** Three of their intervals. */
const CHECKERS_LATE_MILLISECONDS = 30_000;

/** What is moved. */
interface Scene extends InterventionScene {
  readonly alarms: AlarmDelivery;
  readonly byHandWatch: ByHandWatch;
  readonly disturb: (site: SiteName) => void;
  readonly linkMoved: () => void;
  /** From now on nobody can say who changed its check. */
  readonly unsure: (site: SiteName) => void;
  readonly versionOf: (site: SiteName) => number;
}

/** What happens between the steps of a workflow: by people, to sites and to what is between them. */
export class Moves {
  /** Until when Route 53 takes no changes. */
  noChangesUntil = 0;
  /** Until when its checkers probe nothing. */
  checkersLateUntil = 0;
  /** A person is saving a health check. */
  isHandAtWork = false;
  /** The events of the alarms that were delivered again. */
  readonly givenAgain = new Set<unknown>();
  readonly interventions: Interventions;
  readonly #scene: Scene;
  #isLinkCut = false;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.interventions = new Interventions(scene);
  }

  /** @returns false: nothing comes of it, such as the death of a site that is down */
  async make(kind: TroubleKind): Promise<boolean> {
    const { world, eyes, alarms, story } = this.#scene;
    const serving = eyes.dns();
    switch (kind) {
      case 'the execution is stopped':
        return this.interventions.stop() !== null;
      case 'the execution is stopped and redriven later':
        return this.interventions.stopAndRedrive();
      case 'a person starts failover':
        await this.#byHand('failover');
        return true;
      case 'a person starts resync':
        await this.#byHand('resync');
        return true;
      case 'a person starts switchover':
        await this.#byHand('switchover');
        return true;
      case 'a person starts switchback':
        await this.#byHand('switchback');
        return true;
      case 'a person adopts the site with which DNS answers':
        await this.#byHand('adopt', { serving });
        return true;
      case 'a person starts it a second time, and stops that':
        return this.interventions.startTwice();
      case 'the serving site dies':
        return this.#dies(serving);
      case 'the other site dies':
        return this.#dies(otherSiteThan(serving));
      case 'the other site restarts empty':
        await this.#dies(otherSiteThan(serving));
        setTimeout(() => void this.revive(), 20_000);
        return true;
      case 'the lost site comes back':
        return this.revive();
      case 'the link breaks':
        if (!this.#isLinkCut) this.#scene.linkMoved();
        this.#isLinkCut = true;
        await world.cutLink();
        setTimeout(() => void this.#healLink(), 90_000);
        return true;
      case 'the alarms come again':
        for (const event of world.installation.wentOff) {
          this.givenAgain.add(event);
          world.installation.deliverAgain(event);
        }
        return world.installation.wentOff.length > 0;
      case 'the other site freezes for a while':
        return this.#freezes(otherSiteThan(serving), FROZEN_MILLISECONDS);
      case 'the serving site freezes for a moment':
        return this.#freezes(serving, FROZEN_A_MOMENT_MILLISECONDS);
      case 'the Data Grid of the serving site restarts whole':
        // With the other one gone as well, nothing would be left to prove.
        return world.grid.site(otherSiteThan(serving)).running === 'up' && this.restartDataGrid(serving);
      case 'the Data Grid of the other site restarts whole':
        return this.restartDataGrid(otherSiteThan(serving));
      case 'alarms come late and out of order':
        alarms.holdBack(ALARMS_LATE_MILLISECONDS);
        return true;
      case 'alarms are lost':
        alarms.lose(ALARMS_LATE_MILLISECONDS);
        return true;
      case 'Route 53 takes no changes for a while':
        this.noChangesUntil = Date.now() + NO_CHANGES_MILLISECONDS;
        return true;
      case 'the checkers of Route 53 are late':
        this.checkersLateUntil = Date.now() + CHECKERS_LATE_MILLISECONDS;
        world.installation.route53.holdCheckers(CHECKERS_LATE_MILLISECONDS);
        return true;
      case 'changes of Route 53 are in force late':
        world.installation.route53.actLate(IN_FORCE_LATE_MILLISECONDS);
        return true;
      case 'others use up the requests to Route 53':
        world.installation.requestLimit.useUp(USED_UP_MILLISECONDS);
        return true;
      case 'a person touches a health check':
        await this.#byHandAt(SITE_A, kind);
        return true;
      case 'a person fences the other site by hand':
        // Nobody does so to the site that they are promoting.
        if (story.acceptsLossAt === otherSiteThan(serving)) return false;
        await this.#byHandAt(otherSiteThan(serving), kind);
        return true;
      case 'the APIs of the clusters vanish for a while':
        for (const site of eyes.sites) world.site(site).hideApi(API_HIDDEN_MILLISECONDS);
        return true;
      case 'the API of the serving site vanishes for a while':
        world.site(serving).hideApi(API_HIDDEN_MILLISECONDS);
        return true;
      case 'the API of the other site vanishes for a while':
        world.site(otherSiteThan(serving)).hideApi(API_HIDDEN_MILLISECONDS);
        return true;
      default:
        await surroundings(world, kind, otherSiteThan(serving));
        return true;
    }
  }

  async #byHandAt(site: SiteName, kind: TroubleKind): Promise<void> {
    const { world, eyes, byHandWatch, unsure, versionOf } = this.#scene;
    unsure(site);
    this.isHandAtWork = true;
    await surroundings(world, kind, site);
    this.isHandAtWork = false;
    // After it: what the product notes meanwhile is as good as noted before.
    const ledger = await world.ledger();
    const recorded = ledger?.checkVersions[site];
    const version = versionOf(site);
    // While a write of the product is on its way, that may be what took the next version, where it stands so.
    const ours = ledger === null ? undefined : positionsOf(ledger, site);
    const isOurs = ours?.includes(positionOf(eyes.threshold(site))) ?? true;
    if (recorded === version - 1 || (recorded === version && !isOurs))
      byHandWatch.changedByHand(site, version);
  }

  async #byHand(workflow: Workflow, input = {}): Promise<void> {
    await this.#scene.world.startExecution(workflow, input);
  }

  #freezes(site: SiteName, milliseconds: number): boolean {
    const { world, disturb } = this.#scene;
    if (world.grid.site(site).running !== 'up') return false;
    disturb(site);
    void world.freeze(site);
    setTimeout(() => {
      if (world.grid.site(site).running !== 'frozen') return;
      disturb(site);
      void world.thaw(site);
    }, milliseconds);
    return true;
  }

  /** @returns false: it is not up */
  restartDataGrid(site: SiteName): boolean {
    const { world, eyes, sessions, disturb } = this.#scene;
    if (world.grid.site(site).running !== 'up') return false;
    disturb(site);
    world.site(site).restartDataGrid();
    sessions.forgiveWhat(otherSiteThan(site), eyes.entries);
    return true;
  }

  async #dies(site: SiteName): Promise<boolean> {
    const { world, eyes, sessions, disturb } = this.#scene;
    if (world.grid.site(site).running !== 'up') return false;
    disturb(site);
    await world.kill(site);
    // What no other site holds is lost with it, whoever is to blame.
    sessions.forgiveWhat(otherSiteThan(site), eyes.entries);
    return true;
  }

  async #healLink(): Promise<void> {
    if (this.#isLinkCut) this.#scene.linkMoved();
    this.#isLinkCut = false;
    await this.#scene.world.healLink();
  }

  /**
   * Whatever is down or frozen comes back, and the link with it; nothing lies any more.
   * @returns false: nothing was lost
   */
  async revive(): Promise<boolean> {
    const { world, eyes, alarms, disturb } = this.#scene;
    const isAnyLost =
      this.#isLinkCut ||
      Date.now() < this.noChangesUntil ||
      !eyes.sites.every((site) => eyes.couldServe(site));
    this.noChangesUntil = Math.min(this.noChangesUntil, Date.now());
    alarms.prompt();
    if (world.installation.requestLimit.isUsedUp) world.installation.requestLimit.useUp(0);
    world.grid.lieNoMore();
    for (const site of eyes.sites) {
      world.site(site).delayNextBatch(0);
      world.site(site).mendEndpoint();
    }
    await this.#healLink();
    for (const site of eyes.sites) {
      const { running } = world.grid.site(site);
      if (running === 'up') continue;
      disturb(site);
      if (running === 'frozen') await world.thaw(site);
      else await world.restart(site);
    }
    return isAnyLost;
  }
}
