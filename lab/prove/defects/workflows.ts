import type { Defect } from './defect.ts';

const RESYNC = 'statemachines/resync.asl.json';
const FAILOVER = 'statemachines/failover.asl.json';
const SWITCHOVER = 'statemachines/switchover.asl.json';

/** About the order of steps, and steps that are left out. */
export const WORKFLOW_DEFECTS: readonly Defect[] = [
  {
    name: 'goes on without the lost site being offline',
    patches: [
      {
        file: FAILOVER,
        find: '"Default": "Is it the first attempt"',
        put: '"Default": "Delete what would undo it"',
      },
      // It is proven again where the ledger says that it is not.
      {
        file: 'functions/data-grid/delete-leftovers.ts',
        find: 'isolated: ledger.sites[lost]!.isolated }',
        put: 'isolated: ledger !== null }',
      },
    ],
    story: 'the primary freezes',
    kinds: ['no Batch begins for a while', 'the next Batch hangs', 'the take-offline does not take'],
  },
  {
    name: 'lets the returned site write to the survivor',
    patches: [
      {
        file: 'functions/data-grid/bridge-steps.ts',
        find: 'await clusterOf(survivor.name).applyNetworkPolicy(policy);',
        put: 'clusterOf(survivor.name);',
      },
    ],
    story: 'the secondary serves and freezes',
  },
  {
    name: 'opens the bridge while the stale site still sends what it has kept',
    patches: [
      {
        file: RESYNC,
        find: '"BooleanEquals": true,\n          "Next": "Look whether the bridge stands"',
        put: '"BooleanEquals": true,\n          "Next": "Restore the bridge"',
      },
    ],
    story: 'resync of a primary that is just back',
    kinds: ['slow'],
  },
  {
    name: 'opens the second half of the bridge without looking once more whether its operation holds',
    patches: [
      {
        file: 'functions/data-grid/bridge-steps.ts',
        find: "if ((await guard(store, input.operation)) === 'superseded') return SUPERSEDED;\n  await clusterOf(survivor.name).delete",
        put: 'await clusterOf(survivor.name).delete',
      },
    ],
    story: 'resync',
    kinds: ['slow', 'the execution is stopped'],
    near: 'deleteNetworkPolicy',
  },
  {
    name: 'leaves Keycloak running at the stale site',
    patches: [
      {
        file: 'functions/keycloak/keycloak.ts',
        find: 'if (instances !== 0) await cluster.setKeycloakInstances(0);',
        put: '',
      },
      {
        file: 'functions/keycloak/keycloak.ts',
        find: 'return instances === 0 && pods.length === 0',
        put: 'return instances >= 0',
      },
    ],
    story: 'a lost site comes back',
  },
  {
    name: 'pushes into a site that was not cleared',
    patches: [
      {
        file: RESYNC,
        find: '"ResultPath": "$.sourcePods",\n      "Next": "Clear the stale site"',
        put: '"ResultPath": "$.sourcePods",\n      "Next": "Bring the source online at the stale site"',
      },
    ],
    story: 'resync',
  },
  {
    name: 'calls a site in sync as soon as its Keycloak is up',
    patches: [
      {
        file: RESYNC,
        find: '"StringEquals": "ready",\n          "Next": "Delete what was left over before the proof"',
        put: '"StringEquals": "ready",\n          "Next": "Record it as in sync"',
      },
      {
        file: RESYNC,
        find: '"StringEquals": "equal",\n          "Next": "Scale Keycloak up"',
        put: '"StringEquals": "differ",\n          "Next": "Scale Keycloak up"',
      },
    ],
    story: 'resync',
    kinds: ['the Data Grid of the other site restarts whole'],
  },
  {
    name: 'takes the old site offline before resolvers have followed',
    patches: [{ file: SWITCHOVER, find: '"SecondsPath": "$.moved.ttlSeconds"', put: '"Seconds": 0' }],
    story: 'switchover',
  },
  {
    name: 'takes the old site offline at the end of the TTL without looking whether the new one passes still',
    patches: [
      {
        file: SWITCHOVER,
        find: '"Next": "Check that the new site passes still"',
        put: '"Next": "Record the old site as left behind"',
      },
    ],
    story: 'switchover',
    kinds: ['the endpoint of the other site breaks for a while', 'the lost site comes back'],
    near: 'traffic: PutItem',
  },
  {
    name: 'takes the old site offline and moves traffic after that',
    patches: [
      {
        file: 'functions/traffic/traffic.ts',
        find: '      if (drift.length > 0) return drifted(drift.map(',
        put: "      if (ledger !== null) return { outcome: 'moved', operation, ttlSeconds: 0 };\n      if (drift.length > 0) return drifted(drift.map(",
      },
      {
        file: 'functions/ledger/transition.ts',
        find: 'if (event.site === ledger.serving) return { no: `',
        put: 'if (event.site === null) return { no: `',
      },
    ],
    story: 'switchover',
  },
  {
    name: 'ends an operation and does not hand its new epoch on',
    patches: [
      {
        file: 'functions/ledger/operations.ts',
        find: "return { outcome: 'recorded', operation: { ...step.operation, epoch: recorded.ledger.epoch } };",
        put: "return { outcome: 'recorded', operation: step.operation };",
      },
    ],
    story: 'resync',
  },
  {
    name: 'waits on for a push whose receiver has left the view',
    patches: [
      {
        file: RESYNC,
        find: '"Variable": "$.last.facts.seesOther",\n              "BooleanEquals": false\n            }\n          ],\n          "Next": "The receiver is gone"',
        put: '"Variable": "$.last.outcome",\n              "StringEquals": "never"\n            }\n          ],\n          "Next": "The receiver is gone"',
      },
    ],
    story: 'resync of many sessions',
    kinds: ['the other site dies'],
    near: 'deleteBatch at site-a',
  },
];
