import { PublishCommand } from '@aws-sdk/client-sns';
import type { LedgerEvent } from '../ledger/events.ts';
import { type Ledger, otherSite } from '../ledger/ledger.ts';
import { isArmed, noteTold, saidLately, wasToldOf } from '../ledger/standing.ts';
import { LedgerStore } from '../ledger/store.ts';
import { LedgerConflictError, MalformedEventError } from '../shared/errors.ts';
import { log } from '../shared/log.ts';
import { recordAndAgree } from '../traffic/agree.ts';
import { route53Switches } from '../traffic/route-53-switches.ts';
import { answersElsewhere } from '../traffic/write-plan.ts';
import { type Nudges, readAlarmEvent } from './alarm-events.ts';
import { alarmsInAlarm, keptAlerts } from './alarms.ts';
import { type Decision, decide, type Page, reachabilityEvents, type Situation } from './decision.ts';
import { look, situationOf } from './look.ts';
import { LOOK_AT_LEDGER, type Parts, type ReconcileEdge } from './parts.ts';
import { mayRun, startPending } from './pending.ts';
import { droppedQuestion } from './question.ts';
import { isStep, type StepOutcome, step } from './steps.ts';

export type ReconcileOutcome =
  | StepOutcome
  /** `execution`: the workflow that was seen to. `because`: why this was decided. */
  | { readonly outcome: 'reconciled'; readonly because: string; readonly execution: string | null }
  | { readonly outcome: 'noted'; readonly because: string }
  | { readonly outcome: 'drift'; readonly because: string };

const TRIES = 4;
/** Without a ledger nothing remembers what was said: the sweep says it in these minutes of an hour. */
const MINUTES_BETWEEN_PAGES = 30;

/**
 * The one function on the way from an alarm to the traffic write: looks, decides, records, makes Route 53 agree,
 * sees to it that the workflow for it runs. Called by alarms, every minute by the sweep, and by machines for the
 * decisions that they ask for.
 */
export function createReconcile(edge: ReconcileEdge): (event: unknown) => Promise<ReconcileOutcome> {
  const parts: Parts = { edge, store: new LedgerStore(edge), switches: route53Switches(edge) };
  return async (event) => {
    if (isStep(event)) return step(parts, event);
    if ((event as { 'detail-type'?: unknown } | null)?.['detail-type'] === 'Scheduled Event')
      return sweep(parts);
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
      await publish(parts, error.message, remedy);
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

/** Every minute: the same for whatever was missed, and what follows from the ledger alone. Needs no Kubernetes API. */
async function sweep(parts: Parts): Promise<ReconcileOutcome> {
  const { edge } = parts;
  const alarms = await alarmsInAlarm(edge);
  const silent = edge.now().getUTCMinutes() % MINUTES_BETWEEN_PAGES !== 0;
  return reconcile(
    parts,
    async (situation) => {
      const { ledger } = situation;
      const decision = decide(situation, [...alarms, ...keptAlerts(ledger)], false);
      const upkeep = await upkeepEvents(parts, situation, decision);
      return { ...decision, events: [...upkeep, ...decision.events] };
    },
    silent,
  );
}

async function upkeepEvents(
  { edge }: Parts,
  situation: Situation,
  decision: Decision,
): Promise<readonly LedgerEvent[]> {
  const { ledger } = situation;
  const events: LedgerEvent[] = [...(await droppedQuestion(edge, situation, decision))];
  if (!ledger.automation.armed && isArmed(ledger, situation.at)) events.push({ type: 'armed' });
  const passiveName = otherSite(ledger, ledger.serving);
  if (!decision.events.some((event) => event.type === 'reachability-observed')) {
    events.push(...reachabilityEvents(situation, [passiveName]));
  }
  const { operation } = ledger;
  const abandoned = operation !== null && !(await mayRun(edge.sfn, operation.owner));
  if (abandoned) {
    const detail = 'its execution ended without releasing it';
    events.push({ type: 'operation-released', owner: operation.owner, result: 'failed', detail });
  }
  const passive = ledger.sites[passiveName]!;
  const unattended =
    ledger.pending === null && (operation === null || abandoned) && decision.events.length === 0;
  if (unattended && passive.trust === 'stale' && !passive.isolated && isArmed(ledger, situation.at)) {
    const reason = `${passiveName} is stale and not proven offline at ${ledger.serving}: writes may be refused`;
    events.push({ type: 'isolation-wanted', reason });
  }
  return events;
}

/**
 * One round: look, decide, record, agree, start, tell. Again from the start when another writer came first.
 * @param silent do not say that there is no ledger
 */
async function reconcile(
  parts: Parts,
  decideOver: (situation: Situation) => Promise<Decision>,
  silent = false,
): Promise<ReconcileOutcome> {
  const { edge, store, switches } = parts;
  for (let tries = 0; tries < TRIES; tries++) {
    const world = await look(edge, store, switches);
    if (world.ledger === null) return unknownLedger(parts, silent);
    const elsewhere = answersElsewhere(world.ledger, world.switches);
    if (elsewhere !== null) return drifted(parts, world.ledger, elsewhere);
    const situation = situationOf(edge, world.ledger, world.evidence);
    const decision = await decideOver(situation);
    const agreement = await recordAndAgree(
      { configuration: edge.configuration, store, switches },
      world.switches,
      world.ledger,
      decision.events,
    );
    if (agreement.kind === 'overtaken') continue;
    if (agreement.kind === 'refused') {
      const what = `${decision.because}. The ledger refuses it: ${agreement.reason}.`;
      const about = `refused:${agreement.reason}`;
      await page(parts, world.ledger, { about, what, remedy: LOOK_AT_LEDGER });
      return { outcome: 'noted', because: agreement.reason };
    }
    if (agreement.kind === 'shut') {
      await startPending(edge, store, world.ledger);
      return drifted(parts, world.ledger, agreement.reason);
    }
    const started = await startPending(edge, store, agreement.ledger);
    if (decision.page !== null) await page(parts, agreement.ledger, decision.page);
    if (agreement.kind === 'drift') return drifted(parts, agreement.ledger, agreement.reason);
    return { outcome: 'reconciled', because: decision.because, execution: started?.execution ?? null };
  }
  throw new LedgerConflictError(
    `Another writer came first ${TRIES} times.`,
    'CloudWatch sends the event again, and the sweep looks every minute.',
  );
}

async function drifted(parts: Parts, ledger: Ledger, reason: string): Promise<ReconcileOutcome> {
  const remedy =
    'When the change is meant to stay, start "adopt" with {"serving":"<the site that serves>"}: it takes the checks as they stand.';
  await page(parts, ledger, { about: `drift:${reason}`, what: `${reason}.`, remedy });
  return { outcome: 'drift', because: reason };
}

async function unknownLedger(parts: Parts, silent: boolean): Promise<ReconcileOutcome> {
  const { deployment, ledgerTable } = parts.edge.configuration;
  const what = `There is no ledger of ${deployment} in ${ledgerTable}: nothing is decided or moved by automation.`;
  if (!silent) await publish(parts, what, 'Start the workflow "adopt": it records who serves.');
  return { outcome: 'unknown', reason: what };
}

async function page(parts: Parts, ledger: Ledger, { about, what, remedy }: Page): Promise<void> {
  if (saidLately(ledger, about, parts.store.now())) return;
  await publish(parts, what, remedy);
  await parts.store.change(() => [{ type: 'paged', about }]);
}

async function publish({ edge }: Parts, what: string, remedy: string): Promise<void> {
  const { deployment, notification } = edge.configuration;
  await edge.sns.send(
    new PublishCommand({
      TopicArn: notification.topicArn,
      Subject: `${deployment}: needs a person, nothing was moved`,
      Message: `${what}\n\nWhat to do: ${remedy}\n`,
    }),
  );
}
