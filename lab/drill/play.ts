import { type Outline, playIncident, playPlanned } from './incident.ts';
import type { DrillRecord, StoryEvent } from './record.ts';
import type { Scenario } from './scenarios.ts';
import { Stage } from './stage.ts';
import { playUnaided } from './unaided.ts';
import type { CreateWorld, World, WorldOptions } from './world.ts';

export interface PlayOptions {
  readonly createWorld: CreateWorld;
  readonly scenario: Scenario;
  readonly caches: WorldOptions['caches'];
  readonly unaided: boolean;
  readonly onEvent: (event: StoryEvent) => void;
  /** How many requests clients begin; absent: as many as in a drill. */
  readonly requestsPerSecond?: number;
  /** For whoever has to stop it early. */
  readonly onWorld?: (world: World) => void;
}

/** Time for a write that nobody waits for any more to end, before one counts. */
const QUIET_SECONDS = 6;

/**
 * Plays a scenario from an empty stage to the end and stops the world again. A story that does not come to its end
 * is recorded as well, with the reason.
 * @throws Error only when the world itself can't be started or looked at
 */
export async function play(options: PlayOptions): Promise<DrillRecord> {
  const { scenario, caches, unaided } = options;
  const world = options.createWorld({ caches, serving: scenario.serving, unaided });
  options.onWorld?.(world);
  const stage = new Stage(world, options.onEvent, options.requestsPerSecond);
  const outline: Outline = {
    lostAt: null,
    decidedAt: null,
    returnedAt: null,
    containedAt: null,
    inSyncAt: null,
    probes: null,
  };
  try {
    const startedAt = world.now();
    await world.start();
    const keycloakBefore = await stage.keycloakInstances();
    await stage.begin();
    const clientsFrom = world.now();
    let failure: string | null = null;
    try {
      if (scenario.loss === null) await playPlanned(stage, outline);
      else if (unaided) await playUnaided(stage, scenario.loss, outline);
      else await playIncident(stage, scenario.loss, outline);
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
      stage.tell(failure);
    }
    await stage.end();
    await world.sleep(QUIET_SECONDS * 1000);
    const entries = await stage.entries().catch((error: Error) => {
      failure ??= `What the sites hold in the end could not be read: ${error.message}`;
      return null;
    });
    if (entries !== null) await outline.probes?.look('at the end');
    const [first, second] = world.configuration.sites;
    return {
      scenario: scenario.name,
      world: world.kind,
      caches,
      unaided,
      sites: [first!.name, second!.name],
      serving: scenario.serving,
      lost: scenario.loss?.site ?? null,
      recordTtlSeconds: world.configuration.traffic.recordTtlSeconds,
      startedAt,
      clientsFrom,
      lostAt: outline.lostAt,
      decidedAt: outline.decidedAt,
      returnedAt: outline.returnedAt,
      containedAt: outline.containedAt,
      inSyncAt: outline.inSyncAt,
      endedAt: world.now(),
      failure,
      attempts: stage.client.attempts,
      probes: outline.probes?.seen ?? [],
      dns: stage.dns,
      events: stage.events,
      executions: world.executions().map(({ workflow, status, startedAt: at, endedAt }) => ({
        workflow,
        status,
        startedAt: at,
        endedAt,
      })),
      mails: world.mails(),
      keycloakBefore,
      keycloakAfter: await stage.keycloakInstances(),
      entries,
    };
  } finally {
    await world.stop();
  }
}
