import type { Defect } from './defect.ts';

const POSITIONS = 'functions/traffic/positions.ts';
const AGREE = 'functions/traffic/agree.ts';

/** About whom DNS answers with. */
export const TRAFFIC_DEFECTS: readonly Defect[] = [
  {
    name: 'writes a health check whatever version it has',
    patches: [
      {
        file: 'functions/traffic/route-53-switches.ts',
        find: '            HealthCheckVersion: version,\n',
        put: '',
      },
    ],
    story: 'the primary freezes',
    kinds: ['late', 'slow'],
    near: 'reconcile: UpdateHealthCheck',
  },
  {
    name: "reads the ledger before the health check's version",
    patches: [
      {
        file: AGREE,
        find: 'switches.write(write.site, write.position, write.version)',
        put: 'switches.write(write.site, write.position, (await switches.read(write.site)).version)',
      },
    ],
    story: 'the primary freezes',
    kinds: ['slow'],
    near: 'reconcile: GetHealthCheck',
  },
  {
    name: 'records what was decided and leaves the health checks as they are',
    patches: [{ file: AGREE, find: 'for (const write of plan.writes) {', put: 'for (const write of []) {' }],
    story: 'the primary freezes',
  },
  {
    name: 'keeps a stale secondary pinned, so that Route 53 turns to it by itself',
    patches: [
      {
        file: POSITIONS,
        find: "[primary]: 'follows', [secondary]: passiveIsUsable ? 'pinned' : 'fenced'",
        put: "[primary]: 'follows', [secondary]: 'pinned'",
      },
    ],
    story: 'a lost site comes back without its API',
    kinds: ['the serving site freezes for a moment'],
  },
  {
    name: 'lets a stale primary follow its endpoint, so that it serves on its return',
    patches: [
      {
        file: POSITIONS,
        find: "[primary]: 'fenced', [secondary]: passiveIsUsable",
        put: "[primary]: passiveIsUsable ? 'fenced' : 'follows', [secondary]: passiveIsUsable",
      },
    ],
    story: 'the primary freezes',
  },
  {
    name: 'keeps a secondary shut that is in step, so that DNS waits for a decision when the primary dies',
    patches: [
      {
        file: POSITIONS,
        find: "[secondary]: passiveIsUsable ? 'pinned' : 'fenced'",
        put: "[secondary]: 'fenced'",
      },
    ],
    story: 'the primary freezes',
  },
  {
    name: 'opens a site for being reachable alone',
    patches: [
      {
        file: 'functions/ledger/ledger.ts',
        find: "site.trust === 'in-sync' && site.reachability === 'reachable'",
        put: "site.reachability === 'reachable'",
      },
    ],
    story: 'a lost site comes back without its API',
    kinds: ['the serving site freezes for a moment'],
  },
  {
    name: 'fences the passive site instead of the lost one',
    patches: [
      {
        file: POSITIONS,
        find: "return { [primary]: 'fenced', [secondary]: passiveIsUsable ? 'follows' : 'pinned' };",
        put: "return { [primary]: 'pinned', [secondary]: 'fenced' };",
      },
    ],
    story: 'the primary freezes',
  },
  {
    name: 'writes over a health check that a person has changed, and decides by a ledger that is not of now',
    patches: [
      {
        file: 'functions/traffic/write-plan.ts',
        find: 'if (version === recorded - 1) return null;',
        put: 'if (version >= 0) return null;',
      },
    ],
    story: 'resync',
    kinds: ['a person fences the other site by hand'],
  },
  {
    name: 'takes a check for its own that a person changed just before it would have, and opens it',
    patches: [
      {
        file: 'functions/traffic/write-plan.ts',
        find: 'if (ours === undefined || ours.includes(position)) return null;',
        put: 'if (ours !== null) return null;',
      },
    ],
    story: 'switchback after a loss',
    kinds: ['a person fences the other site by hand'],
    near: 'traffic: PutItem',
  },
  {
    name: 'moves traffic without looking whether the target passes now',
    patches: [
      {
        file: 'functions/traffic/traffic.ts',
        find: "if (verdict === 'passing' || verdict === 'unobservable') {",
        put: "if (verdict !== 'unobservable' || verdict === 'unobservable') {",
      },
      {
        file: 'functions/traffic/traffic.ts',
        find: 'if (ledger.serving !== to && !isUsable(ledger.sites[to]!)) {',
        put: "if (ledger.serving !== to && ledger.sites[to]!.trust !== 'in-sync') {",
      },
      {
        file: 'functions/ledger/transition.ts',
        find: 'if (!isUsable(ledger.sites[event.to]!)) return',
        put: 'if (false) return',
      },
    ],
    story: 'switchover with approval',
    kinds: ['the endpoint of the other site breaks for a while'],
  },
];
