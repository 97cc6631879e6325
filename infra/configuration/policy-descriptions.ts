/**
 * What an editor shows of the policies, which deployment and functions share. Here, because the functions' bundles
 * would carry the texts: a path of the configuration, and what it means.
 */
export const POLICY_DESCRIPTIONS: Readonly<Record<string, string>> = {
  caches:
    'Every cache that the sites back up to each other. What is not named here is neither taken offline nor resynchronized.',
  backupFailurePolicy:
    "The caches' failure-policy for their backup. Say WARN where it is that (Infinispan's default): a site that was out of view is then never settled as in sync without a resync.",
  automation: 'What may be done without a person.',
  'automation.minimumSecondsBetweenMoves':
    'Seconds after an automatic move in which no second one is made unless the first is acknowledged; a person is told instead.',
  bridgeCut:
    "A NetworkPolicy at the survivor that shuts the other site's Data Grid out until resync has it back.",
  'bridgeCut.enabled': "On only where the cluster's network plugin enforces NetworkPolicy.",
  'bridgeCut.podLabels':
    "Labels of the Data Grid's pods. Empty: clusterName, by which the Infinispan operator marks them.",
  'bridgeCut.siteCidrs':
    "Per site, the address ranges from which that site's Data Grid reaches the other one.",
  approval: 'When a workflow asks a person before it moves traffic.',
  'approval.switchover': 'Asks before a switchover.',
  'approval.switchbackAfterFailover':
    'Asks before a switchback when the last move away from the primary was automatic.',
  'approval.deadlineSeconds': 'Seconds for which the answer is waited; then it counts as no.',
  switchover: 'The planned change of the serving site.',
  'switchover.isolate':
    'Takes the old site offline at the new one after the change, as the guide does. Without it both sites go on replicating to each other.',
  resync: 'How a stale site is brought back in step.',
  'resync.countTolerance':
    'Share by which the entry counts of the sites may differ after a resync, since writes go on: 0.02 is 2 per cent.',
  targets: 'What reports and the dashboard compare with.',
  'targets.recoverySeconds': 'Seconds from the loss of a site until writes at the other one are good again.',
  database: 'The Aurora cluster of both sites. Without it no database is looked at or moved.',
  'database.clusterIdentifier': 'DBClusterIdentifier of the Aurora cluster.',
  'database.moveWriter': "Moves the writer to the serving site's availability zone after a change.",
};
