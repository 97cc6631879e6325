import type { Workflow } from '../../functions/shared/names.ts';
import type { Execution } from '../aws/step-functions-records.ts';
import type { SimulatedWorld } from '../simulated/world.ts';
import type { Eyes } from './invariants/eyes.ts';
import { tellsOfSync } from './mails.ts';
import type { Sessions } from './sessions.ts';
import type { Story } from './stories.ts';

const REDRIVE_MILLISECONDS = 60_000;
/** Somebody sees that it was started already. */
const REGRET_MILLISECONDS = 10_000;

export interface InterventionScene {
  readonly world: SimulatedWorld;
  readonly eyes: Eyes;
  readonly sessions: Sessions;
  readonly story: Story;
  /** Whether any site was stopped, came back or restarted empty so far. */
  readonly isDisturbed: () => boolean;
  readonly stoppedByHand: (execution: Execution) => void;
  readonly note: (text: string) => void;
}

/** What people do to the execution that runs: they stop it, redrive it, start it a second time, or again. */
export class Interventions {
  readonly #scene: InterventionScene;
  #stopped: Execution | null = null;
  #stoppedAt = 0;
  #redrivesDue = 0;

  constructor(scene: InterventionScene) {
    this.#scene = scene;
  }

  /** The story's; or what has started it, as that is what a person finds running. */
  get #running(): Execution | undefined {
    const { world, story } = this.#scene;
    const { engine } = world.installation;
    const running = engine.listExecutions(story.workflow).filter(({ status }) => status === 'RUNNING');
    let found = running.find(({ parent }) => parent === null) ?? running[0];
    while (found !== undefined && found.parent !== null) found = engine.describeExecution(found.parent);
    return found;
  }

  /** While the first one runs; the second has nothing to do but to wait, unless the first ends meanwhile. */
  startTwice(): boolean {
    const { world, note, isDisturbed } = this.#scene;
    const { engine } = world.installation;
    const first = this.#running;
    if (first === undefined) return false;
    const input = isDisturbed() ? withoutWord(first.input) : first.input;
    const { executionArn } = engine.startExecution(first.machine as Workflow, input);
    setTimeout(() => {
      if (this.#running !== first || engine.describeExecution(executionArn).status !== 'RUNNING') return;
      note('The second one is stopped.');
      engine.stopExecution(executionArn);
    }, REGRET_MILLISECONDS);
    return true;
  }

  /** @returns its ARN; null: none runs */
  stop(): string | null {
    const running = this.#running;
    if (running === undefined) return null;
    this.#scene.world.installation.engine.stopExecution(running.executionArn);
    this.#scene.stoppedByHand(running);
    this.#stopped = running;
    this.#stoppedAt = Date.now();
    return running.executionArn;
  }

  stopAndRedrive(): boolean {
    const arn = this.stop();
    if (arn === null) return false;
    const { engine } = this.#scene.world.installation;
    this.#redrivesDue += 1;
    setTimeout(() => {
      this.#redrivesDue -= 1;
      if (engine.describeExecution(arn).status !== 'ABORTED') return;
      this.#scene.note('The execution is redriven.');
      engine.redriveExecution(arn);
    }, REDRIVE_MILLISECONDS);
    return true;
  }

  /** An execution that was stopped is to be redriven. */
  get isRedriveDue(): boolean {
    return this.#redrivesDue > 0;
  }

  /**
   * What on-call starts again, as the mail about its end says, where nobody has; null: nothing. A switchover's mail
   * says to look who serves first.
   */
  get whatWasStopped(): { readonly workflow: Workflow; readonly input: object } | null {
    const { world, story, eyes } = this.#scene;
    const { workflow } = story;
    const { engine } = world.installation;
    if (this.#stopped === null || workflow === 'switchover') return null;
    // What has started it starts again by itself.
    if (this.#stopped.machine !== workflow) return null;
    if (engine.describeExecution(this.#stopped.executionArn).status !== 'ABORTED') return null;
    // Whom it was to call lost has been brought back in step since.
    const isBack = eyes.sites.some((site) => tellsOfSync(site, world, this.#stoppedAt));
    if (workflow === 'failover' && isBack) return null;
    return { workflow, input: withoutWord(this.#stopped.input) };
  }

  async startAgainWhatWasStopped(): Promise<void> {
    const { world, eyes, sessions, story, note } = this.#scene;
    const stopped = this.whatWasStopped;
    if (stopped === null) return;
    this.#stopped = null;
    note(`On-call starts ${stopped.workflow} again.`);
    // A word given anew is for what the site holds now. Where it serves already, nothing is accepted any more.
    const { acceptsLossAt } = story;
    const serving = (await world.ledger())?.serving;
    if (
      stopped.workflow === 'promote-accepting-loss' &&
      acceptsLossAt !== undefined &&
      acceptsLossAt !== serving
    )
      sessions.acceptLossAt(acceptsLossAt, eyes.entries);
    await world.startExecution(stopped.workflow, stopped.input);
  }
}

/** Nobody gives their word a second time without having looked. */
function withoutWord(input: unknown): object {
  const { inSync: _, ...rest } = input as { readonly inSync?: boolean };
  return rest;
}
