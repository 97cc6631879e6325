import type { LedgerEvent } from '../ledger/events.ts';
import { isArmed, otherSite } from '../ledger/ledger.ts';
import { alarmsInAlarm, keptAlerts } from './alarms.ts';
import { type Decision, decide, reachabilityEvents, type Situation } from './decision.ts';
import type { Parts } from './parts.ts';
import { mayRun } from './pending.ts';
import { droppedQuestion } from './question.ts';
import { type RoundOutcome, reconcile } from './round.ts';

/** Without a ledger nothing remembers what was said: the sweep says it in these minutes of an hour. */
const MINUTES_BETWEEN_PAGES = 30;

/** Every minute: the same for whatever was missed, and what follows from the ledger alone. Needs no Kubernetes API. */
export async function sweep(parts: Parts): Promise<RoundOutcome> {
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
