import type { CheckToBe } from '../ledger/events.ts';
import { type Ledger, otherSite, positionsOf } from '../ledger/ledger.ts';
import type { SiteName } from '../shared/names.ts';
import type { Position, Positions } from './positions.ts';
import type { SwitchStates } from './switches.ts';

interface SwitchWrite {
  readonly site: SiteName;
  readonly position: Position;
  /** The version that was read; the write succeeds only on it and gives the next one. */
  readonly version: number;
}

export interface WritePlan {
  readonly writes: readonly SwitchWrite[];
  /** Versions to record before writing. An earlier invocation has recorded the others already, or a person changed them. */
  readonly toRecord: Readonly<Record<SiteName, CheckToBe>>;
  /** Sites whose check was changed by somebody else, with what to say about it. */
  readonly drift: readonly { readonly site: SiteName; readonly reason: string }[];
}

/**
 * What has to be written so that Route 53 agrees with the ledger.
 *
 * What opens a site comes before what fences one, so that between two writes DNS has an answer: returning to the
 * primary goes through follows/follows, which answers with the primary.
 *
 * A check has the recorded version and stands as recorded with it, or has one less while our own write is still to come;
 * any other was written by a person, who may have taken the very version that we were about to write. Then nothing is
 * opened, and the last open site is not fenced; the site that serves is pinned while the other one is not in sync, and
 * follows its endpoint again once that one is usable. One that is fenced over a person's change stays changed until somebody
 * adopts: its version is not recorded, or it would be taken for ours, and opened, from then on.
 *
 * A write that is still to come is made even where the position is right already: whoever recorded it may only be
 * slow, and finds the version used up instead of undoing what was decided since.
 */
export function writePlan(ledger: Ledger, seen: SwitchStates, wanted: Positions): WritePlan {
  const sites = Object.keys(wanted) as SiteName[];
  const drift = sites.flatMap((site) => {
    const reason = driftOf(site, ledger, seen);
    return reason === null ? [] : [{ site, reason }];
  });
  const isDrifted = (site: SiteName): boolean => drift.some((each) => each.site === site);
  const differing = sites.filter(
    (site) => seen[site]!.position !== wanted[site] || ledger.checkVersions[site] === seen[site]!.version + 1,
  );
  const opening = differing.filter((site) => wanted[site] !== 'fenced');
  const fencing = differing.filter((site) => wanted[site] === 'fenced');
  const isAllowedBehindDrift = (site: SiteName): boolean => {
    const other = otherSite(ledger, site);
    if (wanted[site] === 'fenced') return isOpen(seen[other]!.position);
    // It answers already. While it only follows its endpoint, or is about to, the worse site answers as soon as that
    // fails.
    const isToBePinned =
      wanted[site] === 'pinned' && isOpen(seen[site]!.position) && ledger.sites[other]!.trust !== 'in-sync';
    // The other one may answer again once this one's endpoint fails.
    const isToFollowAgain = wanted[site] === 'follows' && seen[site]!.position === 'pinned';
    return (isToBePinned || isToFollowAgain) && site === ledger.serving && !isDrifted(site);
  };
  const allowed = [...opening, ...fencing].filter((site) => drift.length === 0 || isAllowedBehindDrift(site));
  const writes = allowed.map((site) => ({ site, position: wanted[site]!, version: seen[site]!.version }));
  const toRecord = Object.fromEntries(
    writes.flatMap((write) => {
      const check = isDrifted(write.site) ? null : recordOf(write, ledger);
      return check === null ? [] : [[write.site, check]];
    }),
  );
  return { writes, toRecord, drift };
}

export const isOpen = (position: Position | 'unknown'): boolean =>
  position === 'follows' || position === 'pinned';

/**
 * What is to be recorded before a write; null: it is recorded already. Whoever recorded the same version for another
 * position may be slow: its write or ours takes the version, and either is our own.
 */
function recordOf({ site, position, version }: SwitchWrite, ledger: Ledger): CheckToBe | null {
  if (ledger.checkVersions[site] !== version + 1) return { version: version + 1, positions: [position] };
  const known = positionsOf(ledger, site);
  if (known === undefined || known.includes(position)) return null;
  return { version: version + 1, positions: [...known, position] };
}

/** What to say about a check that somebody else changed; null: it has a version that we recorded, and stands so. */
export function driftOf(site: SiteName, ledger: Ledger, seen: SwitchStates): string | null {
  const { version, position } = seen[site]!;
  const recorded = ledger.checkVersions[site];
  if (recorded === undefined) return `the ledger has no version of the health check of ${site}`;
  // Our own write is still to come.
  if (version === recorded - 1) return null;
  const stands = position === 'unknown' ? ' and is none of follows, pinned and fenced' : '';
  if (version !== recorded)
    return `the health check of ${site} has version ${version}${stands}, the ledger ${recorded}`;
  // Also one that stands where we never put it: with that version it was adopted so, and is put right.
  const ours = positionsOf(ledger, site);
  if (ours === undefined || ours.includes(position)) return null;
  return `the health check of ${site} has version ${version}, which was to be ${ours.join(' or ')}, and is ${position}`;
}

/**
 * Somebody changed a check, and Route 53 now answers with the other site than the ledger says: moved by hand, or the
 * ledger was restored from a backup. Then the ledger does not know who serves, and nothing may be decided by it.
 */
export function answersElsewhere(ledger: Ledger, seen: SwitchStates): string | null {
  const { serving } = ledger;
  const other = otherSite(ledger, serving);
  const drift = [serving, other].flatMap((site) => driftOf(site, ledger, seen) ?? []);
  if (drift.length === 0 || seen[serving]!.position !== 'fenced' || !isOpen(seen[other]!.position))
    return null;
  return `${drift.join('; ')}; Route 53 answers with ${other}, and the ledger says that ${serving} serves`;
}

/**
 * Whether DNS may answer with the site that the ledger takes for stale, because somebody changed a check: as above, or
 * that very site was opened. Then its Keycloak is not to be scaled down by what the ledger says.
 */
export function mayAnswerWithStale(ledger: Ledger, seen: SwitchStates): string | null {
  const elsewhere = answersElsewhere(ledger, seen);
  if (elsewhere !== null) return elsewhere;
  const passive = otherSite(ledger, ledger.serving);
  const { trust } = ledger.sites[passive]!;
  const drift = driftOf(passive, ledger, seen);
  if (trust === 'in-sync' || drift === null || !isOpen(seen[passive]!.position)) return null;
  return `${drift}; ${passive} is open to traffic, and the ledger says that it is ${trust}`;
}
