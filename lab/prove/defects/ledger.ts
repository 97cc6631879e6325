import type { Defect } from './defect.ts';

const STORE = 'functions/ledger/store.ts';
const GUARD = 'functions/ledger/guard.ts';
const HOLDING = 'functions/ledger/holding.ts';
const OPERATION = 'functions/ledger/operation.ts';

/** About what is recorded, and who may act by it. */
export const LEDGER_DEFECTS: readonly Defect[] = [
  {
    name: 'writes the ledger whatever revision it has by then',
    patches: [
      {
        file: STORE,
        find: "first ? 'attribute_not_exists(deployment)' : 'revision = :before'",
        put: "first ? 'attribute_not_exists(deployment)' : undefined",
      },
      {
        file: STORE,
        find: "...(first ? {} : { ExpressionAttributeValues: marshall({ ':before': ledger.revision - 1 }) }),",
        put: '',
      },
    ],
    story: 'resync',
    kinds: ['slow', 'a person starts resync'],
    near: 'ledger: PutItem',
  },
  {
    name: 'goes on after a redrive without comparing epochs',
    patches: [
      {
        file: GUARD,
        find: 'ledger.epoch === token.epoch && ledger.operation?.owner === token.owner;',
        put: 'token !== null;',
      },
    ],
    story: 'switchover',
    kinds: ['the execution is stopped and redriven later'],
  },
  {
    name: 'changes something without looking at the ledger before',
    patches: [
      {
        file: 'functions/data-grid/bridge-steps.ts',
        find: '  const ledger = await guard(store, input.operation);\n  if (ledger ===',
        put: '  const ledger = { sites: { [cutOff]: { bridgeCut: true } } };\n  if (ledger ===',
      },
    ],
    story: 'resync',
  },
  {
    name: "releases somebody else's operation",
    patches: [
      {
        file: HOLDING,
        find: 'if (operation === null || operation.owner !== event.owner)',
        put: 'if (operation === null)',
      },
    ],
    story: 'resync',
    kinds: ['a person starts it a second time, and stops that'],
  },
  {
    name: 'takes the operation over from an execution that still runs',
    patches: [
      {
        file: OPERATION,
        find: 'if (!(await isRunning(edge.sfn, operation.owner))) return null;',
        put: 'if (operation.owner !== owner) return null;',
      },
    ],
    story: 'resync',
    kinds: ['a person starts it a second time, and stops that', 'a person starts resync'],
  },
  {
    name: 'never takes the operation over from an execution that ended',
    patches: [
      {
        file: OPERATION,
        find: "return status === 'RUNNING' || status === 'PENDING_REDRIVE';",
        put: 'return status !== undefined;',
      },
      {
        file: 'functions/closer/closer.ts',
        find: "{ type: 'operation-released', owner: execution, result: 'failed', detail },",
        put: '',
      },
    ],
    story: 'switchover',
    kinds: ['the execution is stopped'],
  },
  {
    name: 'takes a site offline without having recorded it as stale',
    patches: [
      {
        file: HOLDING,
        find: "sites: passive.trust === 'stale' ? ledger.sites : withSite(ledger, passiveName, nowStale(at)),",
        put: 'sites: ledger.sites,',
      },
      {
        file: 'functions/ledger/evidence.ts',
        find: "if (trust !== 'stale' && trust !== 'resyncing') return",
        put: "if (trust === 'suspect') return",
      },
    ],
    story: 'the primary freezes',
  },
  {
    name: 'leaves a site that it takes offline in a switchover recorded as in sync',
    patches: [
      {
        file: 'functions/ledger/transition.ts',
        find: "return { sites: withSite(ledger, event.site, nowStale(at)) };\n    }\n    case 'promoted",
        put: "return { sites: withSite(ledger, event.site, { isolated: false }) };\n    }\n    case 'promoted",
      },
      {
        file: 'functions/ledger/evidence.ts',
        find: "if (trust !== 'stale' && trust !== 'resyncing') return",
        put: "if (trust === 'suspect') return",
      },
    ],
    story: 'switchover',
  },
  {
    name: 'calls a site in sync whose resync was cut short',
    patches: [
      {
        file: HOLDING,
        find: "{ trust: 'stale', trustAt: at, contained: false }",
        put: "{ trust: 'in-sync', trustAt: at, contained: false }",
      },
    ],
    story: 'resync',
    kinds: ['the execution is stopped'],
  },
  {
    name: 'takes back what it knew as stale when a person adopts',
    patches: [
      {
        file: 'functions/ledger/adoption.ts',
        find: "if (known.trust !== 'resyncing') return known;",
        put: "return { ...known, trust: 'in-sync', contained: false };",
      },
    ],
    story: 'a lost site comes back',
    kinds: ['a person touches a health check'],
  },
  {
    name: 'adopts what a person did to a check after they had started that',
    patches: [
      {
        file: 'functions/reconcile/adopt.ts',
        find: 'if (then === undefined || version <= then) return [];',
        put: 'if (then !== null) return [];',
      },
    ],
    story: 'adopt',
    kinds: ['a person fences the other site by hand'],
  },
  {
    name: 'starts the same decision again and again without end, as it forgets that it is done',
    patches: [
      {
        file: HOLDING,
        find: '        pending: null,\n        // Stale from here',
        put: '        // Stale from here',
      },
    ],
    story: 'the primary freezes',
  },
  {
    name: 'takes a second promotion of a site that serves for a word on what that site lost since',
    patches: [
      {
        file: 'functions/ledger/transition.ts',
        find: "return trust === 'stale' || trust === 'resyncing';",
        put: 'return false;',
      },
    ],
    story: 'promote accepting loss',
    kinds: ['the execution is stopped', 'the other site restarts empty'],
    near: 'for promote-accepting-loss',
  },
  {
    name: 'looks whether its operation holds, reads the pods, and creates the Batch without another look',
    patches: [
      {
        file: 'functions/data-grid/create-batch.ts',
        find: "    if ((await guard(world.store, step.operation)) === 'superseded') return { outcome: 'superseded' };\n",
        put: '',
      },
    ],
    story: 'a lost site comes back',
    kinds: ['slow', 'the execution is stopped'],
    near: 'data-grid: listPods at',
  },
  {
    name: 'has automation stay idle after its move, though a person has moved traffic since',
    patches: [
      {
        file: 'functions/ledger/transition.ts',
        find: 'return { serving: event.to, moveAcknowledged: true };',
        put: 'return { serving: event.to };',
      },
    ],
    story: 'switchback after a loss',
  },
];
