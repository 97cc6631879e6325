import type { SiteName, Workflow } from '../../functions/shared/names.ts';
import type { GridTimings } from '../simulated/data-grid.ts';
import type { SimulatedWorld } from '../simulated/world.ts';
import type { Client } from './clients.ts';
import type { Moves } from './moves.ts';
import { A_PERSONS_WORD } from './stories/a-persons-word.ts';
import { LOSSES } from './stories/losses.ts';
import { PLANNED_MOVES } from './stories/planned-moves.ts';
import { READINESS } from './stories/readiness.ts';
import { RESYNCS } from './stories/resyncs.ts';

/** What a story does with the world, in the words of an incident. */
export interface Story {
  readonly name: string;
  /** The workflow whose every call is troubled. */
  readonly workflow: Workflow;
  readonly serving: SiteName;
  /** Those of the guide for RHBK 24 go on without a backup that fails. Absent: those of Keycloak 26. */
  readonly caches?: 'rhbk-24';
  /** Of its Data Grids, where the story depends on them. */
  readonly timings?: Partial<GridTimings>;
  /** What came before: not troubled. */
  readonly before?: (world: SimulatedWorld, clients: readonly Client[]) => Promise<void>;
  /** From here on calls are counted, and troubled. */
  readonly begin: (world: SimulatedWorld, moves: Pick<Moves, 'restartDataGrid'>) => Promise<void>;
  /** A person accepts with it the loss of what this site lacks. */
  readonly acceptsLossAt?: SiteName;
  /** It begins with this site suspected, whatever it holds: it is shut out until it is settled. */
  readonly suspects?: SiteName;
  /** The state of its machine that tells why it stops: then it is to end as failed. Absent: it is to end well. */
  readonly stopsAt?: string;
  /** How long it is watched: at least half of that, and until what was begun has come to rest. */
  readonly seconds: number;
}

/** Of one workflow, in a story's order: a call is troubled first where it is made first. */
export const STORIES: readonly Story[] = [
  ...LOSSES,
  ...RESYNCS,
  ...PLANNED_MOVES,
  ...A_PERSONS_WORD,
  ...READINESS,
];

export const STORY_NAMES: readonly string[] = STORIES.map(({ name }) => name);

export const workflowOf = (name: string): Workflow => STORIES.find((story) => story.name === name)!.workflow;
