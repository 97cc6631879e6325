import type { FailoverDBClusterCommandInput } from '@aws-sdk/client-rds';
import type { SiteName } from '../../../functions/shared/names.ts';
import type { Execution } from '../../aws/step-functions-records.ts';
import { tellsThatTheWriterStays } from '../mails.ts';
import { leavesItToOthers } from '../stopped.ts';
import { adoptedInTheMiddleOf } from './adopting.ts';
import { ALARM_MILLISECONDS, type Eyes, isDryRun, Lasting, SWEPT_MILLISECONDS } from './eyes.ts';

/** Aurora's writer is moved to the site that serves, and for nothing else. */
export class WriterWatch {
  readonly #eyes: Eyes;
  /** When DNS answered with it last. */
  readonly #answeredAt = new Map<SiteName, number>();
  readonly #down: ReadonlyMap<SiteName, Lasting>;

  constructor(eyes: Eyes) {
    this.#eyes = eyes;
    this.#down = new Map(eyes.sites.map((site) => [site, new Lasting()]));
  }

  look(): void {
    const { dns, now, sites, couldServe } = this.#eyes;
    this.#answeredAt.set(dns(), now());
    for (const site of sites) this.#down.get(site)!.update(!couldServe(site), now());
  }

  /**
   * `no-worse`: a move breaks every connection to the database, so none is asked for to where the writer is, nor to the
   * zone of a site that does not serve.
   * @param input names the instance that it is to be moved to; what Aurora does with it later, nobody can call back
   */
  asked({ TargetDBInstanceIdentifier: instance = '' }: FailoverDBClusterCommandInput): void {
    const {
      world,
      now,
      sites,
      couldServe,
      isDnsHeldUp,
      notInForceAt,
      mayHaveDrifted,
      disturbedAt,
      violated,
    } = this.#eyes;
    // DNS may have turned in this very moment.
    this.look();
    if (instance === world.installation.aurora.destination) {
      violated('no-worse', `Aurora's writer is to be moved to ${instance}, where it is.`);
      return;
    }
    if (world.installation.aurora.zoneOf(instance) === undefined) {
      violated('no-worse', `Aurora's writer is to be moved to "${instance}", which is no instance.`);
      return;
    }
    const site = siteOf(instance, this.#eyes);
    const answeredAt = this.#answeredAt.get(site) ?? Number.NEGATIVE_INFINITY;
    // What is decided over DNS, Route 53 takes within a sweep, or once it takes changes again, or somebody adopts a change by hand.
    const isHeldUp = isDnsHeldUp() || notInForceAt() === now() || sites.some(mayHaveDrifted);
    // DNS leaves a site by itself that died, or whose endpoint fails; that it does, an alarm tells later.
    const isDown = !couldServe(site);
    const isDownLately = isDown && this.#down.get(site)!.update(isDown, now()) < ALARM_MILLISECONDS;
    const diedLately = disturbedAt(site) > 0 && now() - disturbedAt(site) < ALARM_MILLISECONDS;
    if (now() - answeredAt > SWEPT_MILLISECONDS && !isHeldUp && !isDownLately && !diedLately)
      violated('no-worse', `Aurora's writer is moved to ${instance}, and DNS does not answer with ${site}.`);
  }
}

/** Those that the writer may follow, and how each ends when it has done what it is for. */
const FOLLOWED = new Map([
  ['failover', 'failed-over'],
  ['switchover', 'switched-over'],
  ['switchback', 'switched-back'],
]);

/** `always-told`: where a move was to take the database with it, the writer is there, or a mail says that it is not. */
export function checkWriter(eyes: Eyes): void {
  const { engine, aurora } = eyes.world.installation;
  if (siteOf(aurora.destination, eyes) === eyes.dns()) return;
  // In the order in which they were started: one that is redriven ends later than what came after it.
  const moves = engine
    .listExecutions()
    .filter(
      (execution) => FOLLOWED.has(execution.machine) && !isDryRun(execution) && !leavesItToOthers(execution),
    )
    .sort((one, other) => one.startDate.getTime() - other.startDate.getTime());
  const last = moves.at(-1);
  // What ended in another way has told so.
  if (last === undefined || !hasMoved(last) || wasUndoneByAWord(last, eyes)) return;
  if (!isToFollow(last, eyes) || tellsThatTheWriterStays(last, eyes.world)) return;
  const { serving } = last.output as { readonly serving: SiteName };
  if (siteOf(aurora.destination, eyes) !== serving)
    eyes.violated(
      'always-told',
      `${last.machine} made ${serving} serve and was to take the database with it; Aurora's writer is ${aurora.destination}, and nobody was told.`,
    );
}

/** A person who adopted named its site again in the middle of a later move, which had the writer follow: adopting moves none. */
function wasUndoneByAWord(last: Execution, { world }: Eyes): boolean {
  const executions = world.installation.engine.listExecutions();
  const { serving } = last.output as { readonly serving: SiteName };
  return executions.some(
    (later) =>
      FOLLOWED.has(later.machine) &&
      later.startDate >= last.startDate &&
      adoptedInTheMiddleOf(later, executions) === serving,
  );
}

const hasMoved = ({ machine, status, output }: Execution): boolean =>
  status === 'SUCCEEDED' &&
  (output as { readonly outcome?: unknown } | null)?.outcome === FOLLOWED.get(machine);

const isToFollow = ({ input }: Execution, { world }: Eyes): boolean =>
  (input as { readonly moveDatabase?: boolean }).moveDatabase ??
  world.configuration.database?.moveWriter ??
  false;

const siteOf = (instance: string, { world }: Eyes): SiteName => {
  const zone = world.installation.aurora.zoneOf(instance);
  return world.configuration.sites.find(({ availabilityZone }) => availabilityZone === zone)!.name;
};
