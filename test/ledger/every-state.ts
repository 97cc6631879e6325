import type { LedgerEvent } from '../../functions/ledger/events.ts';
import {
  type Ledger,
  type Operation,
  otherSite,
  type PendingWorkflow,
  type SiteRecord,
  type Trust,
} from '../../functions/ledger/ledger.ts';
import { WORKFLOWS, type Workflow } from '../../functions/shared/names.ts';
import { A, B, execution, inSync, moment } from './example.ts';

const TRUSTS: readonly Trust[] = ['in-sync', 'suspect', 'stale', 'resyncing'];
const REACHABLE = ['reachable', 'unreachable'] as const;
const FLAGS = [false, true] as const;
const HELD: readonly (Workflow | null)[] = [
  null,
  'failover',
  'contain',
  'resync',
  'switchover',
  'switchback',
];
const PENDING: readonly (PendingWorkflow['mode'] | null)[] = [null, 'ask', 'act'];

/** What must hold of every ledger, whatever happened. Empty: it holds. */
export function faultsOf(ledger: Ledger): readonly string[] {
  const { serving, sites, operation, pending } = ledger;
  const passive = sites[otherSite(ledger, serving)]!;
  const { trust, contained, isolated } = sites[serving]!;
  const staleOrMended = passive.trust === 'stale' || passive.trust === 'resyncing';
  const held = operation?.workflow ?? null;
  const faults: readonly (readonly [boolean, string])[] = [
    [trust === 'stale' || trust === 'resyncing', `the serving site is ${trust}`],
    [contained || isolated, 'the serving site is contained or taken offline at the other one'],
    [passive.trust === 'resyncing' && held !== 'resync', 'a site is resyncing and no resync runs'],
    [operation !== null && pending !== null, 'a workflow is to start while another holds the operation'],
    [operation !== null && operation.epoch !== ledger.epoch, 'the operation is of another epoch'],
    [pending !== null && (pending.epoch < 1 || pending.epoch > ledger.epoch), 'pending has no epoch'],
    [pending?.mode === 'ask' && passive.trust === 'stale', 'it is asked whether to make a stale site stale'],
    [!staleOrMended && passive.takeOfflineIssued, 'taken offline since it was last in sync, and not stale'],
    [!staleOrMended && passive.isolated, 'offline at the serving site, and not stale'],
    [!staleOrMended && passive.contained, 'contained, and not stale'],
    [(held === 'failover' || held === 'contain') && passive.trust !== 'stale', `${held} of no stale site`],
    [ledger.approval !== null && ledger.approval.owner !== operation?.owner, 'an approval for nobody'],
  ];
  return faults.flatMap(([fault, what]) => (fault ? [what] : []));
}

/** Every combination of what the decisions depend on, except those that can't be. */
export function* everyState(): Generator<Ledger> {
  const plain = { ...inSync(), revision: 40, epoch: 7 };
  for (const serving of [A, B]) {
    const passive = serving === A ? B : A;
    for (const servingTrust of TRUSTS) {
      for (const trust of TRUSTS) {
        for (const reachability of REACHABLE) {
          for (const held of HELD) {
            for (const mode of PENDING) {
              for (const takeOfflineIssued of FLAGS) {
                for (const isolated of FLAGS) {
                  for (const contained of FLAGS) {
                    const record: SiteRecord = {
                      ...plain.sites[passive]!,
                      trust,
                      reachability,
                      takeOfflineIssued,
                      isolated,
                      contained,
                    };
                    const ledger: Ledger = {
                      ...plain,
                      serving,
                      sites: {
                        [serving]: { ...plain.sites[serving]!, trust: servingTrust },
                        [passive]: record,
                      },
                      operation: held === null ? null : heldBy(held),
                      pending: mode === null ? null : pendingIn(mode),
                    };
                    if (faultsOf(ledger).length === 0) yield ledger;
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

const heldBy = (workflow: Workflow): Operation => ({
  workflow,
  epoch: 7,
  owner: execution(workflow),
  startedAt: moment(-60),
});

const pendingIn = (mode: PendingWorkflow['mode']): PendingWorkflow => ({
  workflow: 'failover',
  epoch: 6,
  attempt: 1,
  since: moment(-60),
  mode,
  reason: 'a loss',
});

/** Every type of event, about each site and each workflow that it can be about. */
export function everyEvent(ledger: Ledger): readonly LedgerEvent[] {
  const owner = ledger.operation?.owner ?? execution('failover');
  const reason = 'a reason';
  const sites = [A, B];
  return [
    { type: 'view-lost', reason },
    { type: 'question-dropped' },
    { type: 'isolation-wanted', reason },
    ...WORKFLOWS.flatMap((workflow): LedgerEvent[] => [
      { type: 'operation-claimed', workflow, owner: execution(workflow, 'another') },
      { type: 'operation-claimed', workflow, owner },
    ]),
    ...([owner, execution('failover', 'another')] as const).flatMap((each): LedgerEvent[] => [
      { type: 'operation-released', owner: each, result: 'succeeded', detail: 'done' },
      { type: 'operation-released', owner: each, result: 'failed', detail: 'not done' },
    ]),
    ...sites.flatMap((site): LedgerEvent[] => [
      { type: 'serving-site-lost', lost: site, automatic: true, reason },
      { type: 'serving-site-lost', lost: site, automatic: false, reason },
      { type: 'passive-site-left', passive: site, reason },
      { type: 'site-suspected', site },
      { type: 'suspect-settled', site, to: 'in-sync' },
      { type: 'suspect-settled', site, to: 'stale' },
      { type: 'resync-proved', site },
      { type: 'traffic-moved', to: site },
      { type: 'old-site-left-behind', site },
      { type: 'promoted-accepting-loss', site, reason },
      ...REACHABLE.map(
        (reachability): LedgerEvent => ({
          type: 'reachability-observed',
          site,
          reachability,
          observedAt: moment(0),
        }),
      ),
      { type: 'checks-to-be-written', checks: { [site]: { version: 9, positions: ['fenced'] } } },
      { type: 'take-offline-issued', site },
      { type: 'isolation-proved', site },
      { type: 'isolation-lost', site },
      { type: 'bridge-cut', site },
      { type: 'bridge-restored', site },
      { type: 'site-contained', site },
      { type: 'containment-lost', site },
      { type: 'keycloak-size-seen', site, instances: 3 },
      { type: 'keycloak-size-seen', site, instances: 0 },
      { type: 'data-grid-seen', site, startedAt: moment(-10) },
      { type: 'clear-issued', site, batch: 'failover-clear-1' },
      { type: 'clear-deleted', site, batch: 'failover-clear-2' },
      { type: 'clear-answered', site },
      {
        type: 'alert-firing',
        fingerprint: `alert-${site}`,
        alert: { kind: 'left-cross-site-view', site, since: moment(-5) },
      },
      { type: 'alert-resolved', fingerprint: `alert-${site}` },
    ]),
    { type: 'pending-retried', attempt: 2 },
    {
      type: 'approval-asked',
      token: { workflow: 'switchover', epoch: 7, owner },
      question: 'Go on?',
      deadline: moment(60),
    },
    { type: 'approval-answered', answer: 'approved', by: 'somebody' },
    { type: 'paged', about: 'something' },
    { type: 'page-over', about: 'something' },
    { type: 'armed' },
    { type: 'disarmed', until: null, why: 'maintenance' },
    { type: 'move-acknowledged' },
  ];
}
