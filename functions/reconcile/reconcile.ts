import type { LedgerEvent } from '../ledger/events.ts';
import { noteTold, wasToldOf } from '../ledger/standing.ts';
import { LedgerStore } from '../ledger/store.ts';
import { MalformedEventError } from '../shared/errors.ts';
import { log } from '../shared/log.ts';
import { route53Switches } from '../traffic/route-53-switches.ts';
import { type Nudges, readAlarmEvent } from './alarm-events.ts';
import { decide } from './decision.ts';
import * as late from './late/modules.ts';
import type { Parts, ReconcileEdge } from './parts.ts';
import { type RoundOutcome, reconcile } from './round.ts';
import type { StepOutcome } from './step-outcome.ts';

export type ReconcileOutcome = StepOutcome | RoundOutcome;

/**
 * The one function on the way from an alarm to the traffic write: looks, decides, records, makes Route 53 agree,
 * sees to it that the workflow for it runs. Called by alarms, every minute by the sweep, and by machines for the
 * decisions that they ask for. What an alarm's way to the traffic write does not need is loaded when it is needed.
 */
export function createReconcile(edge: ReconcileEdge): (event: unknown) => Promise<ReconcileOutcome> {
  const parts: Parts = { edge, store: new LedgerStore(edge), switches: route53Switches(edge) };
  return async (event) => {
    if (isStep(event)) return (await late.steps()).step(parts, event);
    if ((event as { 'detail-type'?: unknown } | null)?.['detail-type'] === 'Scheduled Event')
      return (await late.sweep()).sweep(parts);
    return onAlarm(parts, await readOrTell(parts, event));
  };
}

/**
 * What can't be read is told before it fails: an alarm that is shaped in a way we don't know is one that nobody acts
 * on, and where failed invocations go nobody may be listening.
 */
async function readOrTell(parts: Parts, event: unknown): Promise<Nudges> {
  try {
    return readAlarmEvent(event, parts.edge.configuration);
  } catch (error) {
    if (!(error instanceof MalformedEventError)) throw error;
    const about = `malformed:${error.message}`;
    if (!(await wasToldOf(parts.store, about))) {
      const remedy = `${error.remedy} Until then nothing is decided by it; the sweep looks every minute at the alarms that the configuration names.`;
      await (await late.pages()).publish(parts, error.message, remedy, 'event-not-handled');
      await noteTold(parts.store, about);
    }
    throw error;
  }
}

async function onAlarm(parts: Parts, nudges: Nudges): Promise<ReconcileOutcome> {
  for (const reason of nudges.ignored) log('info', 'not acted on', { reason });
  if (nudges.sightings.length === 0 && nudges.resolved.length === 0) {
    return { outcome: 'noted', because: nudges.ignored.join('; ') };
  }
  const outcome = await reconcile(parts, async (situation) => {
    const decision = decide(situation, nudges.sightings, true);
    return { ...decision, events: [...alertEvents(nudges), ...decision.events] };
  });
  // Where nothing may be decided, what fires is kept all the same.
  if (outcome.outcome === 'drift') await parts.store.change(() => alertEvents(nudges));
  return outcome;
}

/** Alertmanager's alerts go into the ledger, so that the sweep sees them until they are resolved. */
const alertEvents = (nudges: Nudges): readonly LedgerEvent[] => [
  ...nudges.sightings.flatMap(({ fingerprint, kind, site, at }): readonly LedgerEvent[] =>
    fingerprint === undefined
      ? []
      : [{ type: 'alert-firing', fingerprint, alert: { kind, site, since: at } }],
  ),
  ...nudges.resolved.map((fingerprint) => ({ type: 'alert-resolved', fingerprint }) as const),
];

const isStep = (event: unknown): boolean => event !== null && typeof event === 'object' && 'action' in event;
