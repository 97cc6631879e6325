import { type Ledger, otherSite } from '../ledger/ledger.ts';
import type { SiteName } from '../shared/names.ts';
import type { ProductEvent } from '../shared/product-events.ts';

type Detail = Readonly<Record<string, unknown>>;
type Change = Pick<ProductEvent, 'type'> & { readonly detail: Detail };

/**
 * The changes of meaning between two ledgers, one event each. A look that changed nothing but a time, a page that was
 * noted, a version that was written give none.
 * @param before null: the first ledger of a deployment
 */
export function changesOf(before: Ledger | null, after: Ledger): readonly Change[] {
  if (before !== null && before.revision >= after.revision) return [];
  const at = { deployment: after.deployment, revision: after.revision, epoch: after.epoch };
  return [
    ...released(before, after),
    ...claimed(before, after),
    ...serving(before, after),
    ...sites(before, after),
    ...approval(before, after),
    ...automation(before, after),
  ].map(({ type, detail }) => ({ type, detail: { ...at, ...detail } }));
}

function serving(before: Ledger | null, after: Ledger): readonly Change[] {
  if (before?.serving === after.serving) return [];
  const detail = { before: before?.serving ?? null, after: after.serving, why: whyOf(before, after) };
  return [{ type: 'Serving Site Changed', detail }];
}

function sites(before: Ledger | null, after: Ledger): readonly Change[] {
  const names = Object.keys(after.sites) as SiteName[];
  return names.sort().flatMap((site) => {
    const [old, now] = [before?.sites[site], after.sites[site]!];
    const changes: Change[] = [];
    if (old?.trust !== now.trust) {
      const detail = { site, before: old?.trust ?? null, after: now.trust, why: whyOf(before, after) };
      changes.push({ type: 'Site Trust Changed', detail });
    }
    if (old?.reachability !== now.reachability) {
      const { reachability, reachabilityAt } = now;
      const detail = { site, before: old?.reachability ?? null, after: reachability, seenAt: reachabilityAt };
      changes.push({ type: 'Site Reachability Changed', detail });
    }
    return changes;
  });
}

/** The hook before what a workflow does. */
function claimed(before: Ledger | null, after: Ledger): readonly Change[] {
  const { operation } = after;
  if (operation === null || before?.operation?.owner === operation.owner) return [];
  const { workflow, owner, startedAt } = operation;
  const other = otherSite(after, after.serving);
  const detail = {
    before: null,
    after: { workflow, execution: owner, startedAt },
    serving: after.serving,
    other,
  };
  return [{ type: 'Operation Claimed', detail }];
}

/** The hook after it, also when something newer ended it. */
function released(before: Ledger | null, after: Ledger): readonly Change[] {
  const held = before?.operation ?? null;
  if (held === null || after.operation?.owner === held.owner) return [];
  const { workflow, owner, startedAt } = held;
  const past = after.history.find((each) => each.owner === owner);
  const detail = {
    before: { workflow, execution: owner, startedAt },
    after: null,
    result: past?.result ?? 'failed',
    why: past?.detail ?? null,
  };
  return [{ type: 'Operation Released', detail }];
}

function approval(before: Ledger | null, after: Ledger): readonly Change[] {
  const [old, now] = [before?.approval ?? null, after.approval];
  if (now === null || (old?.owner === now.owner && old.answer === now.answer)) return [];
  const { workflow, owner: execution, question, deadline, answer, answeredBy } = now;
  if (answer === 'waiting')
    return [
      {
        type: 'Approval Asked',
        detail: { before: null, after: answer, workflow, execution, question, deadline },
      },
    ];
  const detail = { before: old?.answer ?? null, after: answer, workflow, execution, by: answeredBy };
  return [{ type: 'Approval Answered', detail }];
}

function automation(before: Ledger | null, after: Ledger): readonly Change[] {
  const says = (ledger: Ledger | null) =>
    ledger === null
      ? null
      : { armed: ledger.automation.armed, disarmedUntil: ledger.automation.disarmedUntil };
  const [old, now] = [says(before), says(after)];
  if (old?.armed === now?.armed && old?.disarmedUntil === now?.disarmedUntil) return [];
  return [{ type: 'Automation Changed', detail: { before: old, after: now, why: after.automation.why } }];
}

/** What was decided, what ended an operation, or the workflow that did it; null where the ledger does not say. */
function whyOf(before: Ledger | null, after: Ledger): string | null {
  if (after.pending !== null && after.pending.epoch !== before?.pending?.epoch) return after.pending.reason;
  const held = before?.operation ?? null;
  const past = after.history.find(({ owner }) => owner === held?.owner);
  if (past?.result === 'superseded' && after.operation === null) return past.detail;
  const operation = after.operation ?? before?.operation ?? null;
  return operation?.workflow ?? null;
}
