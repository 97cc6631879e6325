import { describe, expect, it, jest } from '@jest/globals';
import type { History, TroubleKind } from '../../lab/prove/history.ts';
import { play } from '../../lab/prove/play.ts';

jest.setTimeout(60_000);
process.env['FAILOVER_LOG'] = 'silent';

interface Trouble {
  readonly kind: TroubleKind;
  /** Before which call it happens, and before which one of its kind: numbers of calls shift with every step. */
  readonly call: string;
  readonly nth: number;
  /** So many calls after that one: the calls of another attempt are in no history without troubles. */
  readonly later?: number;
}

interface Mended extends Trouble {
  readonly was: string;
  readonly story: string;
  readonly seed?: number;
  /** What else it took, in this order: each is placed among the calls that those before it leave. */
  readonly and?: Trouble | readonly Trouble[];
}

/** The smallest history that showed each defect of the product. */
const MENDED: readonly Mended[] = [
  {
    was: 'the bridge was asked for once, and an API that was away for a minute left it open for good',
    story: 'the secondary serves and freezes',
    kind: 'the APIs of the clusters vanish for a while',
    call: 'notification: Publish',
    nth: 1,
  },
  {
    was: 'a site that a switchover had left behind and that was lost then wrote over newer data on its return',
    story: 'switchover',
    kind: 'the other site freezes for a while',
    call: 'traffic: PutItem',
    nth: 2,
  },
  {
    was: 'a Data Grid that restarted empty just after its site was adopted was trusted, and the full one cleared',
    story: 'adopt',
    seed: 471_499,
    kind: 'the Data Grid of the serving site restarts whole',
    call: 'report: GetExecutionHistory',
    nth: 1,
  },
  {
    was: 'a check that a person changed between the look and the write was taken for our own, and opened',
    story: 'switchback after a loss',
    kind: 'a person fences the other site by hand',
    call: 'traffic: PutItem',
    nth: 1,
  },
  {
    was: 'a check that a person had changed was fenced over that, taken for our own from then on, and opened',
    story: 'the Data Grid of the primary restarts',
    kind: 'a person touches a health check',
    call: 'readiness: GetHealthCheckStatus',
    nth: 1,
    and: { kind: 'the serving site dies', call: 'data-grid: applyNetworkPolicy at site-b', nth: 1 },
  },
  {
    was: 'a check that was fenced while a person adopted was taken for changed by hand',
    story: 'adopt',
    kind: 'slow',
    call: 'reconcile: GetHealthCheck',
    nth: 1,
    and: { kind: 'the other site freezes for a while', call: 'reconcile: GetHealthCheck', nth: 2 },
  },
  {
    was: 'the alarm of a site’s own loss, not cleared yet, shut the other one out once the first served again',
    story: 'switchback after a loss',
    seed: 420_367,
    kind: 'dies before',
    call: 'data-grid: may at site-a',
    nth: 1,
  },
  {
    was: 'a switchover took the old site offline while the new one failed, and Route 53 had turned to the old one again',
    story: 'switchover',
    kind: 'the endpoint of the other site breaks for a while',
    call: 'traffic: PutItem',
    nth: 1,
    and: { kind: 'the lost site comes back', call: 'traffic: GetHealthCheckStatus for preflight', nth: 2 },
  },
  {
    was: 'a Batch that hung outlived its stopped execution, and took a site offline that was in sync again by then',
    story: 'the Data Grid of the primary restarts',
    kind: 'the next Batch hangs',
    call: 'ledger: GetItem for claim',
    nth: 2,
    and: {
      kind: 'the execution is stopped and redriven later',
      call: 'data-grid: readBatch at site-b for look-at-batch take-offline',
      nth: 1,
    },
  },
  {
    was: 'the failover of a loss was held up until Route 53 took changes again, and writes at the survivor with it',
    story: 'the primary freezes',
    kind: 'Route 53 takes no changes for a while',
    call: 'reconcile: GetHealthCheck',
    nth: 1,
  },
  {
    was: 'a Batch that hung where the API fell silent outlived contain, and took a site offline that was in sync by then',
    story: 'switchover',
    kind: 'the next Batch hangs',
    call: 'keycloak: setKeycloakInstances at site-a',
    nth: 1,
    and: {
      kind: 'the other site freezes for a while',
      call: 'data-grid: readBatch at site-a for look-at-batch take-offline',
      nth: 1,
    },
  },
  {
    was: 'an alarm of the endpoint that a resync had kept down shut the site out once it was in sync and passed again',
    story: 'a suspect site missed writes',
    kind: 'a person starts resync',
    call: 'report: GetExecutionHistory',
    nth: 1,
  },
  {
    was: 'a check that a person fenced while adopt tried once more was adopted with the rest, and opened',
    story: 'adopt',
    seed: 6_446,
    kind: 'fails after',
    call: 'reconcile: PutItem for adopt',
    nth: 1,
    and: {
      kind: 'a person fences the other site by hand',
      call: 'reconcile: PutItem for adopt',
      nth: 1,
      later: 1,
    },
  },
  {
    was: 'a check that a person fenced before the second attempt of an adopt, the first of which had recorded nothing, was opened',
    story: 'adopt',
    seed: 241_167,
    kind: 'throttled',
    call: 'reconcile: PutItem for adopt',
    nth: 1,
    and: {
      kind: 'a person fences the other site by hand',
      call: 'reconcile: PutItem for adopt',
      nth: 1,
      later: 1,
    },
  },
  {
    was: 'a check that a person fenced while the adopting write was still on its way was opened',
    story: 'adopt',
    seed: 400_470,
    kind: 'late',
    call: 'reconcile: PutItem for adopt',
    nth: 1,
    and: {
      kind: 'a person fences the other site by hand',
      call: 'reconcile: PutItem for adopt',
      nth: 1,
      later: 3,
    },
  },
  {
    was: 'a look whose ledger had answered before a check was written took that for changed by hand, and fenced the site again',
    story: 'switchback',
    kind: 'the serving site freezes for a moment',
    call: 'traffic: GetHealthCheckStatus for preflight',
    nth: 1,
    and: [
      { kind: 'the alarms come again', call: 'changes: PutEvents', nth: 4 },
      { kind: 'slow', call: 'reconcile: GetHealthCheck', nth: 4 },
    ],
  },
  {
    was: 'who had been told that the serving site is down was not told that it came back having lost data, and DNS went on with it',
    story: 'switchback after a loss',
    seed: 146_608,
    kind: 'Route 53 takes no changes for a while',
    call: 'traffic: UpdateHealthCheck',
    nth: 1,
    and: { kind: 'the other site restarts empty', call: 'traffic: UpdateHealthCheck', nth: 2 },
  },
  {
    was: 'a check that a person changed just before the write was taken for our own by whoever came after a process that died then, and opened',
    story: 'switchback',
    seed: 773_617,
    kind: 'a person touches a health check',
    call: 'traffic: GetItem for move',
    nth: 1,
    and: { kind: 'dies before', call: 'traffic: UpdateHealthCheck for move', nth: 1, later: 3 },
  },
  {
    was: 'a promotion started again, as its mail says, accepted that the serving site had restarted empty since, and the last copy was cleared',
    story: 'promote accepting loss',
    seed: 661_404,
    kind: 'the other site dies',
    call: 'reconcile: UpdateHealthCheck for promote-accepting-loss',
    nth: 1,
    and: [
      {
        kind: 'the execution is stopped',
        call: 'reconcile: GetHealthCheck for promote-accepting-loss',
        nth: 3,
      },
      {
        kind: 'the other site restarts empty',
        call: 'readiness: GetHealthCheckStatus for observe',
        nth: 1,
      },
    ],
  },
  {
    was: 'a push of before undid the isolation while the API did not answer, and on-call was told that it holds',
    story: 'the passive site freezes, and a push of before hangs',
    kind: 'no answer',
    call: 'data-grid: listBatches at site-a',
    nth: 1,
  },
  {
    was: 'the cut of the bridge took too long once, was not tried again, and the lost site overwrote newer data on its return',
    story: 'the primary freezes',
    kind: 'slow',
    call: 'data-grid: PutItem for cut-bridge',
    nth: 1,
    and: [{ kind: 'slow', call: 'data-grid: GetItem for cut-bridge', nth: 2 }],
  },
  {
    was: 'the site that a switchover made serve was not pinned, as somebody had saved the check of the old one, and DNS turned to that stale one',
    story: 'switchover',
    seed: 942_574,
    kind: 'a person fences the other site by hand',
    call: 'changes: PutEvents',
    nth: 3,
    and: [{ kind: 'the serving site freezes for a moment', call: 'ledger: GetItem for release', nth: 1 }],
  },
  {
    was: 'a move that Route 53 had not taken was carried out minutes later, to a site known to have lost data by then',
    story: 'switchback after a loss',
    seed: 189_662,
    kind: 'Route 53 takes no changes for a while',
    call: 'ledger: GetItem for claim',
    nth: 1,
    and: {
      kind: 'the Data Grid of the other site restarts whole',
      call: 'traffic: GetItem for move',
      nth: 1,
    },
  },
  {
    was: 'a failover that was stopped as it told of the isolation told of it again when it was redriven, in the middle of a resync',
    story: 'the primary is shut down',
    seed: 230_319,
    kind: 'the execution is stopped and redriven later',
    call: 'reconcile: GetItem for decide',
    nth: 5,
    and: [
      {
        kind: 'the execution is stopped and redriven later',
        call: 'notification: Publish for tell',
        nth: 1,
      },
      { kind: 'a person starts resync', call: 'notification: GetItem for tell', nth: 3 },
      { kind: 'the lost site comes back', call: 'notification: GetItem for tell', nth: 3 },
    ],
  },
  {
    was: 'a site that a switchover had left behind froze while alarms were lost, and was cut off only after it had sent what it held',
    story: 'switchover with approval',
    seed: 675_323,
    kind: 'alarms are lost',
    call: 'ledger: GetItem for answer-approval',
    nth: 1,
    and: {
      kind: 'the other site freezes for a while',
      call: 'database: DescribeDBInstances for move-writer',
      nth: 1,
    },
  },
  {
    was: 'a push of long ago that hung at the site that a switchover left began after that, and brought back what the new one had deleted',
    story: 'the passive site freezes, and a push of before hangs',
    seed: 20_632,
    kind: 'the other site restarts empty',
    call: 'reconcile: PutItem',
    nth: 1,
    and: { kind: 'a person starts switchover', call: 'readiness: GetItem for observe', nth: 1 },
  },
  {
    was: 'DNS still answered with the site that a switchover was to leave, the sites lost each other, and that site was called stale',
    story: 'switchover with approval',
    seed: 379_028,
    kind: 'Route 53 takes no changes for a while',
    call: 'traffic: GetItem for preflight',
    nth: 2,
    and: [
      {
        kind: 'the Data Grid of the other site restarts whole',
        call: 'reconcile: GetHealthCheckStatus',
        nth: 4,
      },
      { kind: 'the next Batch hangs', call: 'reconcile: GetHealthCheckStatus', nth: 4, later: 64 },
    ],
  },
  {
    was: 'a look at a health check took most of a minute, and traffic was moved to a site whose endpoint had failed meanwhile',
    story: 'switchover with approval',
    seed: 209_924,
    kind: 'slow',
    call: 'traffic: GetHealthCheck for move',
    nth: 1,
    and: {
      kind: 'the endpoint of the other site breaks for a while',
      call: 'reconcile: GetHealthCheck',
      nth: 2,
    },
  },
  {
    was: 'the passive site was shut out for an alarm of a moment ago, while DNS had turned to it as the serving one had died',
    story: 'switchback after a loss',
    seed: 950_501,
    kind: 'the serving site freezes for a moment',
    call: 'data-grid: listBatches at site-b for check-target',
    nth: 1,
    and: { kind: 'the serving site dies', call: 'reconcile: DescribeAlarms', nth: 1 },
  },
  {
    was: 'a site was promoted as a person had said, though a resync had cleared it since they said so',
    story: 'a second resync waits, and the stale site is promoted',
    kind: 'late',
    call: 'reconcile: GetHealthCheck for promote-accepting-loss',
    nth: 1,
  },
  {
    was: 'the second half of a bridge was opened for a resync that had been stopped while the first half took its time',
    story: 'resync',
    kind: 'slow',
    call: 'data-grid: deleteNetworkPolicy at site-b for restore-bridge',
    nth: 1,
    and: {
      kind: 'the execution is stopped',
      call: 'data-grid: deleteNetworkPolicy at site-b for restore-bridge',
      nth: 1,
    },
  },
  {
    was: 'a switchover came while Aurora still moved for the switchback before it, its writer ended at the other site, and nobody was told',
    story: 'switchback after a loss',
    seed: 534_021,
    kind: 'a person starts switchover',
    call: 'database: FailoverDBCluster for move-writer',
    nth: 1,
    and: { kind: 'a person starts switchover', call: 'report: PutEvents', nth: 2 },
  },
  {
    was: 'a person adopted while failover could not cut the bridge, nobody cut it any more, and the stale site overwrote what the other one had taken',
    story: 'the secondary serves and freezes',
    seed: 37_832,
    kind: 'the APIs of the clusters vanish for a while',
    call: 'data-grid: GetItem for delete-bring-onlines',
    nth: 1,
    and: {
      kind: 'a person adopts the site with which DNS answers',
      call: 'readiness: GetHealthCheckStatus for observe',
      nth: 2,
    },
  },
  {
    was: 'a site was contained, brought back in step and made to serve within a minute, and left again for the alarm of its containment',
    story: 'switchover without the database',
    seed: 553_788,
    kind: 'a person starts switchback',
    call: 'changes: PutEvents',
    nth: 3,
    and: {
      kind: 'changes of Route 53 are in force late',
      call: 'data-grid: createBatch at site-a for create-batch take-offline',
      nth: 1,
    },
  },
];

/** Histories that broke an invariant which asked for more than what is so. */
const NO_DEFECT: readonly Mended[] = [
  {
    was: 'a suspect site to which DNS turned by itself is shut out, and the prover calls it no defect',
    story: 'a suspect site is settled',
    kind: 'the serving site dies',
    call: 'changes: PutEvents',
    nth: 1,
  },
  {
    was: 'a site that restarted empty is shut out though the other one died meanwhile, and the prover calls it no defect',
    story: 'switchback',
    seed: 963_606,
    kind: 'late',
    call: 'traffic: GetItem for preflight',
    nth: 1,
    and: [
      { kind: 'the other site restarts empty', call: 'report: GetItem', nth: 1 },
      { kind: 'the serving site dies', call: 'reconcile: GetHealthCheck', nth: 1 },
    ],
  },
  {
    was: 'a site that had taken the other one offline dies, a person is asked, and the prover calls it no defect',
    story: 'switchover with approval',
    seed: 3_087,
    kind: 'no answer',
    call: 'traffic: GetHealthCheck for move',
    nth: 3,
    and: [
      { kind: 'a person starts resync', call: 'reconcile: DescribeAlarms', nth: 1 },
      { kind: 'the serving site dies', call: 'data-grid: batchLog at site-b', nth: 1 },
      // For longer than a dead site may stay pinned.
      { kind: 'alarms come late and out of order', call: 'reconcile: GetItem', nth: 2 },
    ],
  },
  {
    was: 'both sites freeze right after a switchback, a write that was given up comes last, and the prover calls it no defect',
    story: 'switchback',
    seed: 179_950,
    kind: 'the other site freezes for a while',
    call: 'traffic: GetItem for move',
    nth: 1,
    and: [
      { kind: 'the other site freezes for a while', call: 'traffic: UpdateHealthCheck for move', nth: 2 },
      { kind: 'dies before', call: 'reconcile: GetHealthCheck', nth: 1 },
    ],
  },
  {
    was: 'readiness fails each minute as a site can’t be contained, which is told once, and the prover calls it no defect',
    story: 'adopt',
    seed: 868_025,
    kind: 'a person touches a health check',
    call: 'notification: GetItem for tell',
    nth: 1,
    and: [
      { kind: 'Route 53 takes no changes for a while', call: 'report: GetItem', nth: 1 },
      { kind: 'the serving site freezes for a moment', call: 'report: GetItem', nth: 2 },
    ],
  },
  {
    was: 'the alarm of an endpoint that passes again comes late and counts, and the prover calls it no defect',
    story: 'switchback',
    seed: 670_917,
    kind: 'the endpoint of the other site breaks for a while',
    call: 'traffic: GetItem for move',
    nth: 1,
    and: [
      { kind: 'the endpoint of the other site breaks for a while', call: 'changes: PutEvents', nth: 3 },
      { kind: 'alarms come late and out of order', call: 'notification: GetItem for tell', nth: 1 },
    ],
  },
  {
    was: 'a dead site stays pinned while Route 53 takes no changes, and the prover calls it no defect',
    story: 'switchback with approval',
    seed: 595_981,
    kind: 'the other site freezes for a while',
    call: 'data-grid: readInfinispan at site-a for check-target',
    nth: 1,
    and: [
      { kind: 'the serving site dies', call: 'reconcile: GetItem', nth: 1 },
      { kind: 'Route 53 takes no changes for a while', call: 'reconcile: GetItem', nth: 2 },
    ],
  },
  {
    was: 'whoever starts adopt a second time as the Data Grid has restarted does not say that it is in sync, and the prover calls that no defect',
    story: 'adopt',
    seed: 633_893,
    kind: 'the Data Grid of the serving site restarts whole',
    call: 'reconcile: GetHealthCheck',
    nth: 2,
    and: [
      { kind: 'slow', call: 'notification: Publish', nth: 1 },
      {
        kind: 'a person starts it a second time, and stops that',
        call: 'reconcile: GetHealthCheck',
        nth: 6,
      },
    ],
  },
  {
    was: 'a site that restarted empty serves on while a person is asked, also when it freezes later, and the prover calls it no defect',
    story: 'the Data Grid of the primary restarts',
    seed: 905_975,
    kind: 'a person fences the other site by hand',
    call: 'readiness: PutItem',
    nth: 1,
    and: [{ kind: 'the serving site freezes for a moment', call: 'readiness: GetHealthCheckStatus', nth: 6 }],
  },
  {
    was: 'an endpoint that broke passes again while Route 53 takes no changes, and the prover calls it no defect',
    story: 'switchback with approval',
    seed: 987_876,
    kind: 'the endpoint of the other site breaks for a while',
    call: 'traffic: UpdateHealthCheck',
    nth: 1,
    and: [
      { kind: 'Route 53 takes no changes for a while', call: 'report: GetItem', nth: 4 },
      { kind: 'a person touches a health check', call: 'readiness: GetItem for observe', nth: 2 },
    ],
  },
  {
    was: 'an adopt that Route 53 stops halfway has outranked a switchover all the same, and the prover calls it no defect',
    story: 'adopt',
    seed: 958_117,
    kind: 'Route 53 takes no changes for a while',
    call: 'reconcile: GetHealthCheck for adopt',
    nth: 1,
    and: [
      { kind: 'throttled', call: 'reconcile: PutItem for adopt', nth: 1 },
      { kind: 'a person starts switchover', call: 'reconcile: PutItem for adopt', nth: 1 },
    ],
  },
  {
    was: 'the better site, which a person had fenced, is made to serve by the sweep after it was adopted, and the prover calls it no defect',
    story: 'switchback',
    seed: 122_415,
    kind: 'the other site restarts empty',
    call: 'traffic: GetHealthCheck for preflight',
    nth: 1,
    and: [
      { kind: 'a person fences the other site by hand', call: 'ledger: PutItem for release', nth: 1 },
      { kind: 'the endpoint of the other site breaks for a while', call: 'report: PutEvents', nth: 1 },
    ],
  },
  {
    was: 'the link broke while Route 53 took no changes, the move came minutes after it was back, resolvers held the other site, and the prover calls it no defect',
    story: 'switchback with approval',
    seed: 653_756,
    kind: 'a person starts switchover',
    call: 'ledger: PutItem for ask-approval',
    nth: 1,
    and: [
      { kind: 'Route 53 takes no changes for a while', call: 'traffic: PutItem for move', nth: 1 },
      { kind: 'the link breaks', call: 'reconcile: GetHealthCheckStatus', nth: 2 },
    ],
  },
  {
    was: 'a person started failover while one waited for a Batch before its cut, the lost site sent what it had held, and the prover calls it no defect',
    story: 'switchover',
    seed: 487_523,
    kind: 'the other site freezes for a while',
    call: 'data-grid: GetItem for create-batch take-offline',
    nth: 2,
    and: [
      { kind: 'the next Batch hangs', call: 'reconcile: GetHealthCheck for decide', nth: 1 },
      {
        kind: 'a person starts failover',
        call: 'data-grid: GetItem for look-at-batch take-offline',
        nth: 19,
      },
    ],
  },
  {
    was: 'a person had touched a check, the better site stayed shut behind that until adopt, and the prover calls it no defect',
    story: 'resync of a site that is just back',
    seed: 759_255,
    kind: 'a person touches a health check',
    call: 'data-grid: GetItem for look-at-batch in-sync',
    nth: 4,
    and: { kind: 'the serving site dies', call: 'ledger: GetItem for release', nth: 1 },
  },
  {
    was: 'no Batch began until failover gave up and said so, the lost site sent what it had held, and the prover calls it no defect',
    story: 'the primary freezes',
    seed: 905_775,
    kind: 'the APIs of the clusters vanish for a while',
    call: 'data-grid: readBatch at site-b for look-at-batch take-offline',
    nth: 1,
    and: [
      { kind: 'no Batch begins for a while', call: 'reconcile: GetHealthCheck', nth: 5 },
      { kind: 'slow', call: 'data-grid: GetItem for look-at-batch take-offline', nth: 3 },
      { kind: 'no answer', call: 'data-grid: readBatch at site-b for look-at-batch take-offline', nth: 3 },
    ],
  },
  {
    was: 'an endpoint broke for ten seconds, the alarm of that minute came and counted, and the prover calls it no defect',
    story: 'switchback with approval',
    seed: 712_106,
    kind: 'the endpoint of the other site breaks for a while',
    call: 'changes: PutEvents',
    nth: 4,
    and: { kind: 'the lost site comes back', call: 'reconcile: DescribeAlarms', nth: 1 },
  },
  {
    was: 'alarms came again just after a Data Grid had restarted whole, which was found by whoever looked, and the prover calls it no defect',
    story: 'switchback after a loss',
    seed: 383_409,
    kind: 'Route 53 takes no changes for a while',
    call: 'ledger: GetItem for claim',
    nth: 1,
    and: [
      {
        kind: 'the Data Grid of the other site restarts whole',
        call: 'traffic: GetHealthCheck for move',
        nth: 7,
      },
      { kind: 'the alarms come again', call: 'traffic: GetHealthCheck for move', nth: 8 },
    ],
  },
  {
    was: 'an alarm told of a link that had broken in its minute, before the site was in sync again, and the prover calls it no defect',
    story: 'a suspect site missed changes',
    seed: 709_127,
    kind: 'a person starts resync',
    call: 'reconcile: DescribeAlarms',
    nth: 3,
    and: { kind: 'the Data Grid of the other site restarts whole', call: 'reconcile: GetItem', nth: 2 },
  },
  {
    was: 'a site restarted empty while it served, a switchback left it, DNS turned to it by itself, and the prover calls it no defect',
    story: 'switchback with approval',
    seed: 690_991,
    kind: 'the Data Grid of the serving site restarts whole',
    call: 'ledger: GetItem for read-approval',
    nth: 2,
    and: { kind: 'the serving site dies', call: 'ledger: GetItem for release', nth: 1 },
  },
  {
    was: 'the only site left restarted whole before the other one died, on-call was told how to promote it, and the prover calls it no defect',
    story: 'switchback with approval',
    seed: 294_390,
    kind: 'the other site restarts empty',
    call: 'traffic: GetHealthCheck for preflight',
    nth: 1,
    and: [
      { kind: 'the serving site dies', call: 'report: GetExecutionHistory', nth: 2 },
      { kind: 'a person touches a health check', call: 'reconcile: DescribeAlarms', nth: 2 },
    ],
  },
  {
    was: 'the survivor’s API was away until failover gave up, the lost site sent what it had held before that was started anew, and the prover calls it no defect',
    story: 'the secondary serves and freezes',
    seed: 185_003,
    kind: 'slow',
    call: 'reconcile: PutItem',
    nth: 1,
    and: [
      {
        kind: 'the take-offline concerns no cache',
        call: 'data-grid: GetItem for look-at-batch take-offline',
        nth: 1,
      },
      {
        kind: 'the APIs of the clusters vanish for a while',
        call: 'data-grid: readBatch at site-a for look-at-batch take-offline',
        nth: 5,
      },
    ],
  },
  {
    was: 'a site that DNS has left froze for a minute and a half, sent what it had held before an alarm could tell, and the prover calls it no defect',
    story: 'switchback after a loss',
    seed: 42_338,
    kind: 'the other site freezes for a while',
    call: 'changes: PutEvents',
    nth: 2,
    and: [
      { kind: 'dies before', call: 'database: DescribeDBInstances for move-writer', nth: 1 },
      { kind: 'a person starts failover', call: 'database: DescribeDBInstances for move-writer', nth: 2 },
      { kind: 'a person starts switchover', call: 'changes: PutEvents', nth: 3 },
      {
        kind: 'a person starts it a second time, and stops that',
        call: 'notification: UpdateItem for tell',
        nth: 1,
      },
    ],
  },
  {
    was: 'an adopt that was stopped before it had taken what it saw looks anew when it is redriven, and the prover calls it no defect',
    story: 'adopt',
    seed: 465_785,
    kind: 'the execution is stopped and redriven later',
    call: 'reconcile: GetHealthCheck for see-checks',
    nth: 1,
    and: [
      { kind: 'late', call: 'report: PutEvents', nth: 1 },
      { kind: 'a person fences the other site by hand', call: 'reconcile: DescribeAlarms', nth: 2 },
    ],
  },
  {
    was: 'a Data Grid restarted between the proof of the isolation and the mail of a failover that was redriven, and the prover calls it no defect',
    story: 'the Data Grid of the primary restarts',
    seed: 511_552,
    kind: 'the execution is stopped and redriven later',
    call: 'notification: GetItem for tell',
    nth: 2,
    and: [{ kind: 'the Data Grid of the serving site restarts whole', call: 'closer: PutItem', nth: 2 }],
  },
  {
    was: 'the link was broken for less than an alarm takes while a switchover ran, the old site sent what it had held, and the prover calls it no defect',
    story: 'switchback with approval',
    seed: 795_304,
    kind: 'the link breaks',
    call: 'reconcile: GetHealthCheck',
    nth: 3,
    and: [{ kind: 'a person starts switchover', call: 'readiness: GetItem for observe', nth: 4 }],
  },
  {
    was: 'resolvers hold a site that DNS has left as its endpoint had broken, and the prover calls it no defect',
    story: 'adopt',
    seed: 427_452,
    kind: 'the endpoint of the other site breaks for a while',
    call: 'reconcile: GetItem for adopt',
    nth: 1,
    and: [{ kind: 'a person starts switchover', call: 'report: GetItem', nth: 1 }],
  },
  {
    was: 'the new site was not pinned while Route 53 took no changes, resolvers hold what DNS answered while it froze for a moment, and the prover calls it no defect',
    story: 'switchover with approval',
    seed: 822_614,
    kind: 'Route 53 takes no changes for a while',
    call: 'database: DescribeDBInstances for move-writer',
    nth: 1,
    and: [
      {
        kind: 'the serving site freezes for a moment',
        call: 'readiness: GetSecretValue for observe',
        nth: 2,
      },
    ],
  },
  {
    was: 'Route 53 took no changes that would have shut a stale site, DNS turned to it by itself for a moment, resolvers hold it, and the prover calls it no defect',
    story: 'the link breaks',
    seed: 654_493,
    kind: 'the next Batch hangs',
    call: 'reconcile: GetHealthCheckStatus for decide',
    nth: 7,
    and: [
      { kind: 'Route 53 takes no changes for a while', call: 'reconcile: PutItem for decide', nth: 1 },
      {
        kind: 'the serving site freezes for a moment',
        call: 'data-grid: listPods at site-a for look-at-batch take-offline',
        nth: 15,
      },
    ],
  },
  {
    was: 'a person fenced a suspect site just as the product had noted its own next write, and the prover calls it no defect',
    story: 'a suspect site is settled',
    seed: 735_866,
    kind: 'a person fences the other site by hand',
    call: 'readiness: readKeycloak at site-a for observe',
    nth: 1,
  },
  {
    was: 'a person had fenced the better site and was told so before the other one died, and the prover calls it no defect',
    story: 'the primary is shut down',
    seed: 148_481,
    kind: 'the lost site comes back',
    call: 'reconcile: GetHealthCheck for decide',
    nth: 12,
    and: [
      {
        kind: 'a person starts it a second time, and stops that',
        call: 'reconcile: GetItem for decide',
        nth: 6,
      },
      { kind: 'a person fences the other site by hand', call: 'reconcile: GetItem for decide', nth: 7 },
      { kind: 'the serving site dies', call: 'readiness: may at site-b for observe', nth: 1 },
    ],
  },
  {
    was: 'a switchover failed as Route 53 took no changes and was carried out once it did, and the prover calls it no defect',
    story: 'switchback after a loss',
    seed: 846_413,
    kind: 'Route 53 takes no changes for a while',
    call: 'traffic: GetHealthCheck for move',
    nth: 2,
    and: { kind: 'a person starts switchover', call: 'report: PutItem', nth: 1 },
  },
  {
    was: 'a site restarted empty before a failover that had to wait for its Batches, and the prover calls it no defect',
    story: 'a suspect site is settled',
    seed: 686_380,
    kind: 'the Data Grid of the serving site restarts whole',
    call: 'readiness: listPods at site-a for observe',
    nth: 1,
    and: [
      { kind: 'the link breaks', call: 'data-grid: readBatch at site-a for look-at-batch status', nth: 3 },
      {
        kind: 'the next Batch hangs',
        call: 'data-grid: batchLog at site-a for look-at-batch status',
        nth: 1,
      },
      {
        kind: 'no Batch begins for a while',
        call: 'data-grid: readBatch at site-b for look-at-batch status',
        nth: 3,
      },
    ],
  },
  {
    was: 'a site froze during the switchover that left it, which had to wait for its Batches, and the prover calls it no defect',
    story: 'switchover with approval',
    seed: 214_381,
    kind: 'the serving site freezes for a moment',
    call: 'data-grid: readBatch at site-b for look-at-batch take-offline',
    nth: 1,
    and: [
      {
        kind: 'the other site freezes for a while',
        call: 'data-grid: deleteBatch at site-b for delete-batch',
        nth: 1,
      },
      { kind: 'no Batch begins for a while', call: 'changes: PutEvents', nth: 6 },
    ],
  },
  {
    was: 'failover gave up and said so after another one that a person had started had ended, and the prover calls it no defect',
    story: 'the secondary serves and freezes',
    seed: 491_903,
    kind: 'the APIs of the clusters vanish for a while',
    call: 'reconcile: GetHealthCheck',
    nth: 3,
    and: [
      { kind: 'late', call: 'data-grid: createBatch at site-a for create-batch take-offline', nth: 2 },
      {
        kind: 'a person starts it a second time, and stops that',
        call: 'data-grid: createBatch at site-a for create-batch take-offline',
        nth: 3,
      },
      { kind: 'the other site restarts empty', call: 'notification: PutItem for tell', nth: 2 },
    ],
  },
  {
    was: 'what a site sent before it was contained arrives once the link is mended, and the prover calls it no defect',
    story: 'switchover',
    seed: 554_903,
    kind: 'the serving site freezes for a moment',
    call: 'data-grid: listPods at site-b for check-target',
    nth: 1,
    and: { kind: 'the link breaks', call: 'report: GetItem', nth: 1 },
  },
  {
    was: 'a switchover is stopped between its two writes, the sweep makes the second, and the prover calls it no defect',
    story: 'switchover',
    seed: 967_576,
    kind: 'fails before',
    call: 'traffic: UpdateHealthCheck for move',
    nth: 2,
    and: { kind: 'the execution is stopped', call: 'traffic: UpdateHealthCheck for move', nth: 2 },
  },
  {
    was: 'a resync that waited while a switchover moved is superseded by that, and the prover calls it no defect',
    story: 'resync',
    seed: 634_909,
    kind: 'a person starts resync',
    call: 'data-grid: listBatches at site-a for delete-leftovers',
    nth: 2,
    and: [
      {
        kind: 'a person starts switchover',
        call: 'data-grid: createBatch at site-a for create-batch in-sync',
        nth: 1,
      },
      { kind: 'a person starts switchover', call: 'reconcile: DescribeAlarms', nth: 1 },
    ],
  },
  {
    was: 'a site that failover has for lost is shut out though the other one died before that was carried out, and the prover calls it no defect',
    story: 'switchback',
    seed: 435_085,
    kind: 'the serving site freezes for a moment',
    call: 'traffic: GetHealthCheckStatus for preflight',
    nth: 1,
    and: [
      { kind: 'slow', call: 'traffic: GetItem for move', nth: 1 },
      { kind: 'slow', call: 'reconcile: GetHealthCheck for decide', nth: 2 },
      { kind: 'the serving site dies', call: 'reconcile: DescribeAlarms', nth: 1 },
    ],
  },
  {
    was: 'a site that restarted empty serves until the sweep after the better one is up again, and the prover calls it no defect',
    story: 'the Data Grid of the primary restarts',
    seed: 136_014,
    kind: 'the endpoint of the other site breaks for a while',
    call: 'readiness: GetSecretValue for observe',
    nth: 1,
    and: [
      { kind: 'the Data Grid of the serving site restarts whole', call: 'reconcile: PutItem', nth: 1 },
      {
        kind: 'the endpoint of the other site breaks for a while',
        call: 'readiness: GetItem for observe',
        nth: 10,
      },
    ],
  },
  {
    was: 'resolvers go on with what DNS turned to by itself while the link was broken and the serving site frozen, and the prover calls it no defect',
    story: 'the link breaks',
    seed: 952_207,
    kind: 'the serving site freezes for a moment',
    call: 'reconcile: GetHealthCheck',
    nth: 4,
    and: [
      { kind: 'late', call: 'reconcile: GetHealthCheck for decide', nth: 9 },
      { kind: 'stale', call: 'reconcile: GetHealthCheckStatus', nth: 19 },
    ],
  },
  {
    was: 'a check that a person had put where the product put it by an answer of before is opened again, and the prover calls it no defect',
    story: 'switchback',
    seed: 682_170,
    kind: 'the serving site freezes for a moment',
    call: 'data-grid: listPods at site-a for check-target',
    nth: 1,
    and: [
      { kind: 'a person fences the other site by hand', call: 'report: PutEvents', nth: 1 },
      { kind: 'stale', call: 'reconcile: GetHealthCheck', nth: 2 },
    ],
  },
  {
    was: 'a site that restarted empty serves as a person has named it in adopt, and the prover calls it no defect',
    story: 'the Data Grid of the primary restarts',
    seed: 484_205,
    kind: 'Route 53 takes no changes for a while',
    call: 'readiness: readInfinispan at site-a for observe',
    nth: 2,
    and: [
      {
        kind: 'a person fences the other site by hand',
        call: 'reconcile: GetHealthCheck for decide',
        nth: 3,
      },
      { kind: 'the other site restarts empty', call: 'reconcile: GetItem for decide', nth: 4 },
    ],
  },
  {
    was: 'a failover that carries out what was decided before the other site died shuts the lost one, and the prover calls it no defect',
    story: 'switchback with approval',
    seed: 157_950,
    kind: 'the execution is stopped',
    call: 'ledger: GetItem for read-approval',
    nth: 2,
    and: [
      { kind: 'the serving site freezes for a moment', call: 'readiness: GetItem for observe', nth: 2 },
      { kind: 'the other site dies', call: 'reconcile: GetItem', nth: 2 },
      { kind: 'dies before', call: 'reconcile: UpdateHealthCheck', nth: 1 },
    ],
  },
  {
    was: 'what a site held back comes between a newer write and its answer, as a person had stopped the failover, and the prover calls it no defect',
    story: 'the secondary serves and freezes',
    seed: 753_792,
    kind: 'the execution is stopped',
    call: 'notification: Publish for tell',
    nth: 1,
    and: [
      { kind: 'the other site restarts empty', call: 'reconcile: GetHealthCheck', nth: 7 },
      {
        kind: 'a person starts failover',
        call: 'data-grid: readBatch at site-a for look-at-batch take-offline',
        nth: 4,
      },
      { kind: 'the serving site freezes for a moment', call: 'reconcile: GetHealthCheck for decide', nth: 5 },
    ],
  },
  {
    was: 'writes stay bad while failover runs, which has told on-call so as urgent, and the prover calls it no defect',
    story: 'a lost site comes back without its API',
    seed: 684_916,
    kind: 'the Data Grid of the serving site restarts whole',
    call: 'reconcile: GetHealthCheck',
    nth: 4,
    and: [
      {
        kind: 'the APIs of the clusters vanish for a while',
        call: 'reconcile: GetHealthCheckStatus',
        nth: 6,
      },
      { kind: 'the next Batch hangs', call: 'readiness: GetSecretValue for observe', nth: 6 },
    ],
  },
  {
    was: 'a restart is found late as a look had no answer, the sweep after it fails and is called once more, and the prover calls it no defect',
    story: 'the Data Grid of the primary restarts',
    seed: 280_578,
    kind: 'no answer',
    call: 'readiness: listPods at site-a for observe',
    nth: 1,
    and: { kind: 'fails before', call: 'reconcile: GetHealthCheck', nth: 5 },
  },
  {
    was: 'a site that was cut off for minutes is shut until its entries were compared, while the other one dies, and the prover calls it no defect',
    story: 'a suspect site missed changes',
    seed: 742_070,
    kind: 'the execution is stopped',
    call: 'readiness: readKeycloak at site-a for observe',
    nth: 1,
    and: { kind: 'the serving site dies', call: 'readiness: readKeycloak at site-b for observe', nth: 1 },
  },
  {
    was: 'a failover that was stopped before its cut of the bridge took was outranked when it was redriven, and the prover calls it no defect',
    story: 'the primary freezes',
    seed: 830_798,
    kind: 'the execution is stopped and redriven later',
    call: 'data-grid: GetItem for cut-bridge',
    nth: 1,
    and: {
      kind: 'the serving site freezes for a moment',
      call: 'data-grid: applyNetworkPolicy at site-b for cut-bridge',
      nth: 1,
    },
  },
  {
    was: "Aurora's writer follows to a site that DNS does not answer with, as a person had fenced it by hand, and the prover calls it no defect",
    story: 'switchover that a person refuses',
    seed: 575_081,
    kind: 'the Data Grid of the serving site restarts whole',
    call: 'traffic: GetHealthCheckStatus for preflight',
    nth: 1,
    and: [
      { kind: 'slow', call: 'ledger: GetItem for read-approval', nth: 2 },
      { kind: 'a person fences the other site by hand', call: 'reconcile: GetItem', nth: 1 },
    ],
  },
  {
    was: 'what a site held back comes just after a switchover, a dry run of failover says nothing of it, and the prover calls it no defect',
    story: 'failover as a dry run',
    seed: 179_944,
    kind: 'a person starts switchover',
    call: 'reconcile: GetHealthCheckStatus for decide',
    nth: 1,
    and: { kind: 'the serving site freezes for a moment', call: 'ledger: GetItem for claim', nth: 2 },
  },
  {
    was: 'on-call does not start a failover again of a site that a resync has brought back, and the prover calls it no defect',
    story: 'failover of the passive site, though it is well',
    seed: 227_576,
    kind: 'the execution is stopped',
    call: 'traffic: GetHealthCheck for agree',
    nth: 1,
    and: { kind: 'a person starts resync', call: 'ledger: PutItem for claim', nth: 2 },
  },
  {
    was: "a redriven switchback ends after the failover that took Aurora's writer back, and the prover calls it no defect",
    story: 'switchback',
    seed: 717_733,
    kind: 'the other site freezes for a while',
    call: 'traffic: GetHealthCheck for move',
    nth: 2,
    and: {
      kind: 'the execution is stopped and redriven later',
      call: 'ledger: GetItem for release',
      nth: 1,
    },
  },
  {
    was: "a switchover that could not isolate the old site took Aurora's writer with it and said so, and the prover calls it no defect",
    story: 'switchback after a loss',
    seed: 897_114,
    kind: 'late',
    call: 'traffic: GetItem for preflight',
    nth: 1,
    and: [
      { kind: 'a person starts switchover', call: 'traffic: GetHealthCheck for move', nth: 2 },
      { kind: 'the execution is stopped', call: 'ledger: GetItem for claim', nth: 3 },
      {
        kind: 'the endpoint of the other site breaks for a while',
        call: 'ledger: PutItem for claim',
        nth: 2,
      },
    ],
  },
  {
    was: "the target of a switchback froze after the last look at it, Aurora's writer was moved there, and the prover calls it no defect",
    story: 'switchback after a loss',
    seed: 540_198,
    kind: 'the other site freezes for a while',
    call: 'traffic: GetHealthCheck for move',
    nth: 1,
    and: { kind: 'slow', call: 'traffic: PutItem for move', nth: 1 },
  },
  {
    was: 'an alarm came again as its site was well and the checkers had not found out, and the prover calls it no defect',
    story: 'switchover',
    seed: 202_646,
    kind: 'the serving site freezes for a moment',
    call: 'ledger: GetItem for claim',
    nth: 1,
    and: [
      { kind: 'the lost site comes back', call: 'notification: GetItem for tell', nth: 1 },
      { kind: 'the alarms come again', call: 'notification: GetItem for tell', nth: 1 },
    ],
  },
  {
    was: 'adopt had recorded who serves, a person touched a check before it was written, the sweep wrote it, and the prover calls it no defect',
    story: 'switchback',
    seed: 655_979,
    kind: 'a person adopts the site with which DNS answers',
    call: 'traffic: UpdateHealthCheck for move',
    nth: 1,
    and: { kind: 'a person touches a health check', call: 'reconcile: PutItem for adopt', nth: 1 },
  },
  {
    was: 'a person adopted while a failover had yet to cut the bridge, and what the lost site held came before the sweep started another one, and the prover calls it no defect',
    story: 'switchback that a person refuses',
    seed: 90044,
    kind: 'the serving site freezes for a moment',
    call: 'traffic: GetHealthCheck for preflight',
    nth: 1,
    and: { kind: 'a person adopts the site with which DNS answers', call: 'report: PutItem', nth: 1 },
  },
  {
    was: "a person adopted as a switchover had moved Aurora's writer, which adopting moves nowhere, and the prover calls it no defect",
    story: 'switchback',
    seed: 342009,
    kind: 'a person adopts the site with which DNS answers',
    call: 'notification: GetItem for tell',
    nth: 1,
    and: { kind: 'a person starts switchover', call: 'reconcile: GetItem for adopt', nth: 1 },
  },
  {
    was: 'a failover that a person started in a switchover found nothing to do, and the site that was left froze before the switchover ended, and the prover calls it no defect',
    story: 'switchover without the database',
    seed: 400846,
    kind: 'a person starts failover',
    call: 'data-grid: listPods at site-b for check-target',
    nth: 1,
    and: [
      { kind: 'throttled', call: 'ledger: GetItem for record', nth: 1 },
      { kind: 'the other site freezes for a while', call: 'notification: GetItem for tell', nth: 1 },
    ],
  },
  {
    was: 'an alarm was acted on when Lambda called again the function that had failed over it, and the prover calls it no defect',
    story: 'a site is lost a second time',
    seed: 900768,
    kind: 'the serving site freezes for a moment',
    call: 'changes: PutEvents',
    nth: 1,
    and: [
      { kind: 'fails before', call: 'reconcile: GetHealthCheckStatus', nth: 4 },
      { kind: 'the other site restarts empty', call: 'reconcile: GetHealthCheckStatus', nth: 6 },
      { kind: 'a person touches a health check', call: 'reconcile: GetHealthCheck', nth: 10 },
      { kind: 'throttled', call: 'reconcile: PutItem', nth: 3 },
    ],
  },
  {
    was: "the primary's Data Grid restarted while its cluster's API was away, and was found later, and the prover calls it no defect",
    story: 'the Data Grid of the primary restarts',
    seed: 493871,
    kind: 'the APIs of the clusters vanish for a while',
    call: 'reconcile: DescribeAlarms',
    nth: 2,
    and: { kind: 'the other site restarts empty', call: 'readiness: DescribeDBClusters for observe', nth: 2 },
  },
  {
    was: 'adopt failed as Route 53 took no changes and was carried out once it did, and the prover calls it no defect',
    story: 'switchback after a loss',
    seed: 977898,
    kind: 'Route 53 takes no changes for a while',
    call: 'data-grid: listPods at site-b for check-target',
    nth: 1,
    and: {
      kind: 'a person adopts the site with which DNS answers',
      call: 'reconcile: UpdateHealthCheck',
      nth: 1,
    },
  },
];

/** A key may end with the step that the function is asked for. */
const isOf = (call: string, key: string): boolean => key === call || key.startsWith(`${call} for `);

const placed = async ({ kind, call, nth, later = 0 }: Trouble, before: History) => {
  const { calls } = await play(before);
  const places = calls.flatMap(({ key }, index) => (isOf(call, key) ? [index + 1] : []));
  return { at: places[nth - 1]! + later, kind };
};

const played = async ({ story, seed = 1, and = [], ...first }: Omit<Mended, 'was'>) => {
  let history: History = { story, seed, troubles: [] };
  for (const trouble of [first, and].flat())
    history = { ...history, troubles: [...history.troubles, await placed(trouble, history)] };
  // With its log, a history is played to its end, whatever was played before.
  const { violations, struck } = await play(history, true);
  expect(struck).toBe(history.troubles.length);
  return violations;
};

describe('what the prover has found once, and what is mended', () => {
  it.each(MENDED)('$was', async ({ was: _, ...history }) => {
    expect(await played(history)).toEqual([]);
  });
});

describe('what the prover takes for no defect', () => {
  it.each(NO_DEFECT)('$was', async ({ was: _, ...history }) => {
    expect(await played(history)).toEqual([]);
  });
});
