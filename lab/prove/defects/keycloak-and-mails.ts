import type { Defect } from './defect.ts';

const KEYCLOAK = 'functions/keycloak/keycloak.ts';
const SIZE = 'functions/keycloak/original-size.ts';
const CLOSER = 'functions/closer/closer.ts';

/** About Keycloak's size, and about what on-call hears. */
export const KEYCLOAK_AND_MAIL_DEFECTS: readonly Defect[] = [
  {
    name: 'forgets the original instance count',
    patches: [{ file: SIZE, find: 'ledger.sites[site.name]?.keycloakInstances ??', put: '' }],
    story: 'resync',
  },
  {
    name: 'takes the 0 that it declared itself for the original instance count',
    patches: [
      { file: SIZE, find: 'if (seen < 1 || ledger', put: 'if (ledger' },
      {
        file: 'functions/ledger/evidence.ts',
        find: 'if (event.instances < 1) return',
        put: 'if (event.instances < 0) return',
      },
    ],
    story: 'resync',
  },
  {
    name: 'promotes a site and leaves its Keycloak at 0',
    patches: [
      {
        file: 'statemachines/promote-accepting-loss.asl.json',
        find: '"StringEquals": "promoted",\n          "Next": "Delete what would clear it"',
        put: '"StringEquals": "promoted",\n          "Next": "Tell that it is done"',
      },
    ],
    story: 'promote accepting loss',
  },
  {
    name: 'asks for the instances and does not wait until they are ready',
    patches: [
      {
        file: KEYCLOAK,
        find: 'if (instances === wanted && ready && readyPods >= wanted) return',
        put: 'if (instances >= 0) return',
      },
      {
        file: KEYCLOAK,
        find: '    await cluster.setKeycloakInstances(instances);\n    return',
        put: '    return',
      },
    ],
    story: 'resync',
  },
  {
    name: 'ends badly and tells nobody',
    patches: [{ file: CLOSER, find: 'if (!ending.toldElsewhere) await tell(ending);', put: '' }],
    story: 'switchover',
    kinds: ['the execution is stopped'],
  },
  {
    name: 'takes everything for told once anything was told',
    patches: [
      {
        file: CLOSER,
        find: 'if (lasting !== null && (await wasToldOf(store, lasting))) return;',
        put: 'if (edge.configuration !== null) return;',
      },
    ],
    story: 'resync',
    kinds: ['the execution is stopped'],
  },
  {
    name: 'mutes what ends badly by itself altogether',
    patches: [
      {
        file: CLOSER,
        find: 'if (lasting !== null && (await wasToldOf(store, lasting))) return;',
        put: 'if (lasting !== null) return;',
      },
    ],
    story: 'the primary freezes',
    kinds: ['the execution is stopped'],
  },
  {
    name: 'brings a site back in step and tells nobody',
    patches: [
      {
        file: 'statemachines/resync.asl.json',
        find: '"Next": "Tell that it is in sync"',
        put: '"Next": "In sync"',
      },
    ],
    story: 'resync',
  },
  {
    name: 'tells only what its own Catch has seen',
    patches: [
      {
        file: 'functions/closer/ending.ts',
        find: 'toldElsewhere: error === TOLD || callerOf(detail.input) !== undefined,',
        put: 'toldElsewhere: true,',
      },
    ],
    story: 'resync',
    kinds: ['the execution is stopped'],
  },
  {
    name: 'asks Route 53 twice where the report of readiness is throttled',
    patches: [
      {
        file: 'functions/shared/patience.ts',
        find: 'export const modest = () => ({ ...brief(), maxAttempts: 6 });',
        put: 'export const modest = brief;',
      },
    ],
    story: 'readiness of the whole deployment',
  },
];
