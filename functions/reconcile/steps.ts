import * as v from 'valibot';
import type { LedgerEvent } from '../ledger/events.ts';
import { type Ledger, otherSite } from '../ledger/ledger.ts';
import { WORKFLOW_INPUTS } from '../ledger/workflow-inputs.ts';
import { primaryOf, siteOf } from '../shared/configuration.ts';
import { caller, parseInput } from '../shared/input.ts';
import { instant, type SiteName } from '../shared/names.ts';
import { type Agreement, recordAndAgree } from '../traffic/agree.ts';
import { answersElsewhere, isOpen } from '../traffic/write-plan.ts';
import { adopt, adoptionSchema, seeChecks } from './adopt.ts';
import { type Decision, type Situation, servingLost, viewLost } from './decision.ts';
import { look, situationOf, type World } from './look.ts';
import { LOOK_AT_LEDGER, type Parts, type ReconcileEdge } from './parts.ts';
import { promote, promotionSchema } from './promote.ts';
import { isTooOldToAnswer } from './question.ts';
import { ADOPT, disagreed, isRecorded, type Recorded, type StepOutcome, UNKNOWN } from './step-outcome.ts';

/** When the person said so: a redrive repeats the word of then. */
const saidAtSchema = v.optional(
  v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.transform((text) => instant(new Date(text))),
  ),
);

const stepSchema = v.variant('action', [
  v.strictObject({ action: v.literal('decide'), ...caller, input: v.unknown() }),
  v.strictObject({
    action: v.literal('promote-accepting-loss'),
    ...caller,
    startedAt: saidAtSchema,
    input: v.unknown(),
  }),
  v.strictObject({ action: v.literal('see-checks'), ...caller }),
  v.strictObject({
    action: v.literal('adopt'),
    ...caller,
    startedAt: saidAtSchema,
    /** What `see-checks` saw. Absent: of an execution that began before there was such a step. */
    versions: v.optional(v.record(v.string(), v.number())),
    input: v.unknown(),
  }),
]);

/** The decisions that a machine asks for, the same as those that an alarm brings about. */
export function step(parts: Parts, event: unknown): Promise<StepOutcome> {
  const input = parseInput('reconcile', stepSchema, event);
  switch (input.action) {
    case 'decide':
      return decideFailover(parts, parseInput('failover', WORKFLOW_INPUTS.failover, input.input));
    case 'promote-accepting-loss':
      return promote(
        parts,
        parseInput('promote-accepting-loss', promotionSchema, input.input),
        input.startedAt,
      );
    case 'see-checks':
      return seeChecks(parts);
    case 'adopt':
      return adopt(parts, parseInput('adopt', adoptionSchema, input.input), {
        saidAt: input.startedAt ?? null,
        versions: input.versions ?? {},
      });
  }
}

/**
 * What the mail says of Route 53, which would else say where traffic goes.
 * @throws what Route 53 answered, where DNS goes on answering with the lost site: shutting that out comes after traffic
 */
function unwrittenOf(
  { configuration }: ReconcileEdge,
  { switches, evidence }: World,
  agreement: Recorded,
): { readonly unwritten?: string } {
  if (agreement.kind !== 'unwritten') return {};
  const { serving } = agreement.ledger;
  const lost = otherSite(agreement.ledger, serving);
  const isWell = (site: SiteName) => isOpen(switches[site]!.position) && evidence.now(site) === 'passing';
  const turnsAway = lost !== primaryOf(configuration).name && isWell(serving);
  if (isWell(lost) && !turnsAway) throw agreement.error;
  return { unwritten: String(agreement.error) };
}

const TRIES = 4;

/**
 * Failover's first loop. A decision that reconcile has recorded is acted on; whether the serving site lives is
 * asked until checkers have looked; started by hand, the loss is judged as an alarm would be.
 */
async function decideFailover(
  { edge, store, switches }: Parts,
  input: v.InferOutput<typeof WORKFLOW_INPUTS.failover>,
): Promise<StepOutcome> {
  const lostSite = input.lostSite === undefined ? null : siteOf(edge.configuration, input.lostSite).name;
  let conflict: Extract<Agreement, { kind: 'overtaken' }> | null = null;
  for (let tries = 0; tries < TRIES; tries++) {
    const world = await look(edge, store, switches);
    if (world.ledger === null) return UNKNOWN;
    const { ledger } = world;
    const elsewhere = answersElsewhere(ledger, world.switches);
    if (elsewhere !== null) return { outcome: 'not-safe', reason: `${elsewhere}.`, remedy: ADOPT };
    const asking = ledger.pending?.mode === 'ask';
    const situation = situationOf(edge, ledger, world.evidence);
    const verdict = asking && lostSite === null ? askAgain(situation) : judge(situation, lostSite);
    if (verdict.kind === 'outcome') {
      if (verdict.outcome.outcome !== 'act') return verdict.outcome;
      if (input.dryRun === true) {
        return { outcome: 'planned', plan: [`go on as recorded: ${verdict.outcome.reason}`] };
      }
      // Whoever recorded it may have been overtaken at a check, or have died before it.
      const agreement = await recordAndAgree(
        { configuration: edge.configuration, store, switches },
        world.switches,
        ledger,
        [],
      );
      if (isRecorded(agreement)) return { ...verdict.outcome, ...unwrittenOf(edge, world, agreement) };
      if (agreement.kind !== 'overtaken') return disagreed(agreement);
      conflict = agreement;
      continue;
    }
    const { decision } = verdict;
    const acts = decision.events.some(
      (event) => event.type === 'serving-site-lost' || event.type === 'passive-site-left',
    );
    if (!acts) return notSafe(decision);
    if (input.dryRun === true) return { outcome: 'planned', plan: planOf(ledger, decision.events) };
    const agreement = await recordAndAgree(
      { configuration: edge.configuration, store, switches },
      world.switches,
      ledger,
      decision.events,
    );
    if (isRecorded(agreement))
      return { ...act(agreement.ledger, decision.because), ...unwrittenOf(edge, world, agreement) };
    if (agreement.kind !== 'overtaken') return disagreed(agreement);
    conflict = agreement;
  }
  return disagreed(conflict!);
}

type Judged =
  | { readonly kind: 'outcome'; readonly outcome: StepOutcome }
  | { readonly kind: 'decision'; readonly decision: Decision };

/** @param otherwise the reason where nothing is pending */
function act(ledger: Ledger, otherwise: string): Extract<StepOutcome, { outcome: 'act' }> {
  const { pending, sites, serving } = ledger;
  const { trust, trustAt } = sites[otherSite(ledger, serving)]!;
  const since = pending?.since ?? ledger.changedAt;
  // A take-offline that is done again is of the loss that made the site stale, however long ago.
  const isOfBefore = trust === 'stale' && trustAt < since;
  return { outcome: 'act', reason: pending?.reason ?? otherwise, since: isOfBefore ? trustAt : since };
}

const judged = (outcome: StepOutcome): Judged => ({ kind: 'outcome', outcome });

function askAgain(situation: Situation): Judged {
  const { pending } = situation.ledger;
  const decision = viewLost(situation, { source: pending!.reason }, pending!.since);
  if (decision.events.some((event) => event.type === 'view-lost')) {
    return judged({ outcome: 'wait', reason: decision.because });
  }
  // That the serving site lives now says nothing of a loss of long ago: the passive one may be back, with nothing lost.
  if (isTooOldToAnswer(situation) && decision.events.some((event) => event.type === 'passive-site-left')) {
    const reason = `whether ${situation.ledger.serving} lived at ${pending!.since} can't be told any more; the sweep decides anew`;
    return judged({ outcome: 'nothing-to-do', reason });
  }
  return { kind: 'decision', decision };
}

/** Where a failover ended between the isolation and the bridge, starting it again cuts that. */
function bridgeIsOpen({ ledger, configuration }: Situation, stale: SiteName): boolean {
  const { bridgeCut, contained } = ledger.sites[stale]!;
  return configuration.bridgeCut.enabled && !bridgeCut && !contained;
}

function judge(situation: Situation, lostSite: SiteName | null): Judged {
  const { ledger, evidence } = situation;
  const { serving, pending } = ledger;
  const passive = otherSite(ledger, serving);
  if (pending?.mode === 'act' && (lostSite === null || lostSite === passive)) {
    return judged(act(ledger, pending.reason));
  }
  if (lostSite === serving)
    return { kind: 'decision', decision: servingLost(situation, 'a person calls it lost', true) };
  if (ledger.sites[passive]!.trust === 'stale') {
    if (ledger.sites[passive]!.isolated && lostSite === null && !bridgeIsOpen(situation, passive)) {
      const again = `Name it as "lostSite" to have it taken offline again.`;
      const reason = `${passive} is stale and proven offline at ${serving}. ${again}`;
      return judged({ outcome: 'nothing-to-do', reason });
    }
    return judged(act(ledger, `${passive} is stale: it is taken offline again`));
  }
  if (lostSite === passive) {
    const reason = `a person calls ${passive} lost`;
    return {
      kind: 'decision',
      decision: { events: [{ type: 'passive-site-left', passive, reason }], page: null, because: reason },
    };
  }
  if (evidence.now(serving) === 'failing') {
    return { kind: 'decision', decision: servingLost(situation, 'its endpoint is down', true) };
  }
  const reason = `${serving} serves and passes, ${passive} is ${ledger.sites[passive]!.trust}. Name "lostSite" if one is lost.`;
  return judged({ outcome: 'nothing-to-do', reason });
}

const notSafe = (decision: Decision): StepOutcome => ({
  outcome: 'not-safe',
  reason: decision.page?.what ?? decision.because,
  remedy: decision.page?.remedy ?? LOOK_AT_LEDGER,
});

const planOf = (ledger: Ledger, events: readonly LedgerEvent[]): readonly string[] =>
  events.flatMap((event) => {
    const passive = otherSite(ledger, ledger.serving);
    if (event.type === 'serving-site-lost') {
      return [
        `fence ${event.lost}: ${passive} serves`,
        `record ${event.lost} as stale and take it offline at ${passive}`,
      ];
    }
    if (event.type === 'passive-site-left')
      return [`record ${passive} as stale and take it offline at ${ledger.serving}`];
    return [];
  });
