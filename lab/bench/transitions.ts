import type { Workflow } from '../../functions/shared/names.ts';
import type { Execution } from '../aws/step-functions-records.ts';
import { SITE_A, SITE_B } from '../configuration.ts';
import { onVirtualTime } from '../simulated/virtual-time.ts';
import { createSimulatedWorld, type SimulatedWorld } from '../simulated/world.ts';

export interface Transitions {
  readonly workflow: Workflow;
  /** States that it entered itself. */
  readonly own: number;
  /** With those of the executions that it started and waited for. */
  readonly all: number;
}

/** More than any of it takes; then the bench says what it waited for. */
const LIMIT_SECONDS = 7_200;

/**
 * Plays each workflow once in the simulated world, where nothing goes wrong that the workflow is not for, and counts
 * the states that were entered. Step Functions bills each, and each retry.
 */
export const countTransitions = (): Promise<readonly Transitions[]> =>
  onVirtualTime(async () => {
    const world = createSimulatedWorld({ caches: 'keycloak-26', serving: SITE_A, unaided: false });
    await world.start();
    const of = (workflow: Workflow) => counted(world, last(world, workflow));
    const quiet = [of('adopt'), of('readiness')];
    await run(world, 'switchover', {});
    await run(world, 'resync', {});
    const planned = [of('switchover'), of('resync')];
    await run(world, 'switchback', { approve: false });
    const back = of('switchback');
    const asked = await world.startExecution('switchover', { approve: true, isolate: false });
    await until(world, 'approval to be asked for', async () => (await world.ledger())?.approval != null);
    await run(world, 'approve', {});
    const approval = of('approve');
    await world.engine.ended(asked);
    await run(world, 'switchback', { approve: false });
    await world.kill(SITE_A);
    await until(world, 'failover to end', () => ended(world, 'failover'));
    const failover = of('failover');
    await world.restart(SITE_A);
    const contained = async () => (await world.ledger())?.sites[SITE_A]?.contained === true;
    await until(world, 'contain to end', async () => (await contained()) && ended(world, 'contain'));
    const contain = of('contain');
    await world.kill(SITE_B);
    await run(world, 'promote-accepting-loss', { site: SITE_A, acceptLoss: true });
    const promotion = of('promote-accepting-loss');
    await world.stop();
    return [failover, contain, ...planned, back, approval, ...quiet, promotion];
  });

const last = (world: SimulatedWorld, workflow: Workflow): Execution =>
  world.engine.listExecutions(workflow).at(-1)!;

const ended = (world: SimulatedWorld, workflow: Workflow): boolean =>
  world.engine.listExecutions(workflow).some(({ status }) => status === 'SUCCEEDED');

async function run(world: SimulatedWorld, workflow: Workflow, input: unknown): Promise<void> {
  const { status, error, cause } = await world.engine.ended(await world.startExecution(workflow, input));
  if (status !== 'SUCCEEDED') throw new Error(`${workflow} ended as ${status}: ${error} ${cause}`);
}

async function until(
  world: SimulatedWorld,
  what: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  for (let seconds = 0; !(await holds()); seconds++) {
    if (seconds > LIMIT_SECONDS) throw new Error(`The bench waited in vain for ${what}.`);
    await world.sleep(1_000);
  }
}

function counted(world: SimulatedWorld, execution: Execution): Transitions {
  const entered = ({ log }: Execution) => log.filter(({ type }) => type === 'StateEntered').length;
  const all = (from: Execution): number =>
    world.engine
      .listExecutions()
      .filter(({ parent }) => parent === from.executionArn)
      .reduce((sum, child) => sum + all(child), entered(from));
  return { workflow: execution.machine as Workflow, own: entered(execution), all: all(execution) };
}
