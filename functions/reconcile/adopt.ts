import * as v from 'valibot';
import { adopted } from '../ledger/adoption.ts';
import { type Ledger, otherSite, positionsOf } from '../ledger/ledger.ts';
import { primaryOf, siteOf } from '../shared/configuration.ts';
import type { Instant, SiteName } from '../shared/names.ts';
import { readSwitches, recordAndAgree } from '../traffic/agree.ts';
import type { SwitchStates } from '../traffic/switches.ts';
import { answersElsewhere, driftOf } from '../traffic/write-plan.ts';
import type { Parts } from './parts.ts';
import { ADOPT, disagreed, type StepOutcome } from './step-outcome.ts';

export const adoptionSchema = v.strictObject({
  /** Absent: whom the health checks answer with as they stand. */
  serving: v.optional(v.string()),
  /** A person vouches that both sites hold the same. Absent: the passive site is `suspect` until settled. */
  inSync: v.optional(v.boolean(), false),
});

/** Whether anything was decided since a person's word but what the same word decided, whose answer was lost. */
const isOvertaken = (saidAt: Instant, { changedAt, sites }: Ledger): boolean =>
  changedAt > saidAt &&
  !Object.values(sites).every(({ trust, trustAt }) => trust === 'in-sync' && trustAt === saidAt);

/** What a person has before them when they start adopt. It is kept, so that whatever comes later is not taken with it. */
export async function seeChecks({ edge, switches }: Parts): Promise<StepOutcome> {
  const seen = await readSwitches(switches, edge.configuration);
  const versions = Object.entries(seen).map(([site, { version }]) => [site, version]);
  return { outcome: 'seen', versions: Object.fromEntries(versions) };
}

const OVERTAKEN: StepOutcome = { outcome: 'wait', reason: 'another writer came first' };

/** Under which circumstances a person gave their word. */
interface Given {
  /** Null: not known. */
  readonly saidAt: Instant | null;
  /** Of the checks that they took as they stood. */
  readonly versions: Readonly<Record<string, number>>;
}

/** What a person, and no write of ours, did to a check after adopt had begun: the word was not given for that. */
const changedSince = (versions: Given['versions'], before: Ledger | null, seen: SwitchStates) =>
  (Object.keys(seen) as SiteName[]).flatMap((site) => {
    const [then, { version }] = [versions[site], seen[site]!];
    if (then === undefined || version <= then) return [];
    if (before !== null && driftOf(site, before, seen) === null) return [];
    return [`the health check of ${site} has version ${version}, and had ${then} when this adopt began`];
  });

export async function adopt(
  { edge, store, switches }: Parts,
  input: v.InferOutput<typeof adoptionSchema>,
  { saidAt, versions: given }: Given,
): Promise<StepOutcome> {
  const { configuration } = edge;
  // In this order: a check that is written for a later decision comes with a ledger that refuses the write below.
  const before = await store.read();
  const seen = await readSwitches(switches, configuration);
  const changed = changedSince(given, before, seen);
  if (changed.length > 0) {
    // A write of ours, that came between the two reads, is in the ledger by now.
    if ((await store.read())?.revision !== before?.revision) return OVERTAKEN;
    return {
      outcome: 'not-safe',
      reason: `Somebody changed a health check meanwhile: ${changed.join('; ')}.`,
      remedy: `What was changed is left so. ${ADOPT}`,
    };
  }
  const primary = primaryOf(configuration).name;
  const secondary = configuration.sites.find((site) => site.name !== primary)!.name;
  const answered = seen[primary]!.position === 'fenced' ? secondary : primary;
  const elsewhere = before === null ? null : answersElsewhere(before, seen);
  if (elsewhere !== null && input.serving === undefined) {
    const other = otherSite(before!, before!.serving);
    return {
      outcome: 'not-safe',
      reason: `${elsewhere}.`,
      remedy: `Find out which of them holds the newest data, and start "adopt" with {"serving":"${other}"} or {"serving":"${before!.serving}"}.`,
    };
  }
  const serving =
    input.serving === undefined ? (before?.serving ?? answered) : siteOf(configuration, input.serving).name;
  const known = before?.sites[serving];
  if (known !== undefined && before?.serving !== serving && known.trust !== 'in-sync' && !input.inSync) {
    return {
      outcome: 'not-safe',
      reason: `${serving} is ${known.trust} in the ledger, so ${before!.serving} holds what it lacks.`,
      remedy: `When that loss is accepted, start "promote-accepting-loss" with {"site":"${serving}","acceptLoss":true}.`,
    };
  }
  if (input.inSync && before !== null && saidAt !== null && isOvertaken(saidAt, before)) {
    return {
      outcome: 'not-safe',
      reason: `The ledger decided something at ${before.changedAt}, after the word that both sites are in sync was given at ${saidAt}.`,
      remedy: `Look at both sites. Where the word still holds, start "adopt" anew with {"serving":"${serving}","inSync":true}.`,
    };
  }
  const checks = configuration.sites.map(({ name }) => {
    const { version, position } = seen[name]!;
    // A write of ours that is still to come keeps its version, and uses it up below.
    const isToCome = before?.checkVersions[name] === version + 1;
    const positions = isToCome ? positionsOf(before, name) : [position];
    return { name, version: isToCome ? version + 1 : version, positions };
  });
  const passiveTrust = input.inSync ? 'in-sync' : 'suspect';
  const ledger = adopted(
    configuration,
    {
      serving,
      passiveTrust,
      saidAt: saidAt ?? store.now(),
      checkVersions: Object.fromEntries(checks.map(({ name, version }) => [name, version])),
      checkPositions: Object.fromEntries(
        checks.flatMap(({ name, positions }) => (positions === undefined ? [] : [[name, positions]])),
      ),
      contradicted: elsewhere !== null,
    },
    before,
    store.now(),
  );
  if (!(await store.write(ledger))) return OVERTAKEN;
  const agreement = await recordAndAgree({ configuration, store, switches }, seen, ledger, []);
  if (agreement.kind === 'unwritten') throw agreement.error;
  if (agreement.kind !== 'agreed') return disagreed(agreement);
  const passive = serving === primary ? secondary : primary;
  return {
    outcome: 'adopted',
    serving,
    passive: `${passive} is ${ledger.sites[passive]!.trust}`,
    passiveTrust: ledger.sites[passive]!.trust,
    ...(ledger.sites[serving]!.trust === 'suspect' ? { remedy: stillSuspect(serving, passive) } : {}),
  };
}

const stillSuspect = (serving: SiteName, passive: SiteName): string =>
  `${serving} stays suspect: its Data Grid restarted whole, and adopting does not say whether it lost data. ` +
  `When it holds the same as ${passive}, start "adopt" with {"serving":"${serving}","inSync":true}. Else the sweep lets ${passive} serve where that is safe, or pages the way out.`;
