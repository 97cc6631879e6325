import type { Defect } from './defect.ts';

const DECISION = 'functions/reconcile/decision.ts';
const ROUND = 'functions/reconcile/round.ts';
const RESTARTS = 'functions/readiness/restarts.ts';
const SETTLING = 'functions/readiness/settling.ts';

/** About what is decided, and by what. */
export const DECISION_DEFECTS: readonly Defect[] = [
  {
    name: "treats 'already recorded' as done",
    patches: [
      {
        file: ROUND,
        find: '    const agreement = await recordAndAgree(',
        put: "    const { transitions } = await import('../ledger/transition.ts');\n    if (transitions(world.ledger, decision.events, store.now()).kind === 'unchanged') return { outcome: 'noted', because: decision.because };\n    const agreement = await recordAndAgree(",
      },
    ],
    story: 'the primary freezes',
    kinds: ['Route 53 takes no changes for a while', 'dies after'],
  },
  {
    name: 'records a loss and does not see to it that the workflow for it runs',
    patches: [
      {
        file: ROUND,
        find: 'return (await late.pending()).startPending(edge, store, ledger);',
        put: 'return null;',
      },
    ],
    story: 'the primary freezes',
  },
  {
    name: 'holds the failover of a loss up until Route 53 takes changes again',
    patches: [
      {
        file: ROUND,
        find: '    const started = await start(parts, agreement.ledger);\n',
        put: "    if (agreement.kind === 'unwritten') throw agreement.error;\n    const started = await start(parts, agreement.ledger);\n",
      },
    ],
    story: 'the primary freezes',
    kinds: ['Route 53 takes no changes for a while'],
  },
  {
    name: 'acts on OK',
    patches: [
      {
        file: 'functions/reconcile/alarm-events.ts',
        find: "if (alarm.state !== 'ALARM') return",
        put: "if (alarm.state === 'INSUFFICIENT_DATA') return",
      },
    ],
    story: 'resync',
  },
  {
    name: 'acts on an alarm that it acted on before',
    patches: [
      {
        file: DECISION,
        find: 'sighting.at > ledger.changedAt && secondsBetween(sighting.at, at) <= LATE_SECONDS;',
        put: "sighting.at !== '';",
      },
    ],
    story: 'switchback after a loss',
    kinds: ['the checkers of Route 53 are late', 'the alarms come again'],
    near: 'GetItem for',
  },
  {
    name: 'believes a health observation that is older than the alarm',
    patches: [
      {
        file: DECISION,
        find: 'const verdict = evidence.since(ledger.serving, fresh);',
        put: 'const verdict = evidence.now(ledger.serving);',
      },
    ],
    story: 'the primary is shut down',
  },
  {
    name: 'promotes a site whose own health check does not pass',
    patches: [
      { file: DECISION, find: "if (now !== 'passing' && !mayBeTried) {", put: 'if (false) {' },
      // The ledger refuses it too.
      {
        file: 'functions/ledger/transition.ts',
        find: 'if (!isUsable(ledger.sites[other]!)) {',
        put: "if (ledger.sites[other]!.trust !== 'in-sync') {",
      },
    ],
    story: 'the passive site freezes',
    kinds: ['the serving site freezes for a moment'],
  },
  {
    name: 'fences the serving site without asking whether the other one is trusted',
    patches: [
      {
        file: DECISION,
        find: "  if (trust !== 'in-sync') {\n    return stuck(",
        put: '  if (false) {\n    return stuck(',
      },
      {
        file: 'functions/ledger/transition.ts',
        find: 'if (!isUsable(ledger.sites[other]!)) {\n        const { trust, reachability }',
        put: 'if (false) {\n        const { trust, reachability }',
      },
    ],
    story: 'a lost site comes back',
    kinds: ['the serving site dies'],
  },
  {
    name: 'calls the passive site lost whenever the view is lost, whoever is dead',
    patches: [
      {
        file: DECISION,
        find: "if (verdict === 'failing') return servingLost(situation, `",
        put: "if (verdict === 'unobservable') return servingLost(situation, `",
      },
      {
        file: DECISION,
        find: "(answering === null && (verdict === 'passing' || verdict === 'unobservable')) {\n    return {\n      events: [{ type: 'passive",
        put: "(answering === null && verdict !== 'unobservable') {\n    return {\n      events: [{ type: 'passive",
      },
    ],
    story: 'the link breaks',
    kinds: ['the serving site dies'],
  },
  {
    name: 'lets an alarm of its own cut of the bridge break off a resync',
    patches: [
      {
        file: DECISION,
        find: 'if (isOurCut(situation, live || isResyncing(situation) ? sighting.at : situation.at)) return false;',
        put: '',
      },
      {
        file: DECISION,
        find: "if (trust === 'resyncing') return false;",
        put: '',
      },
    ],
    story: 'resync of a site that is just back',
  },
  {
    name: 'looks at alarms when they arrive and never again',
    patches: [
      {
        file: 'functions/reconcile/sweep.ts',
        find: '[...alarms, ...keptAlerts(ledger)]',
        put: '[]',
      },
    ],
    story: 'the link breaks',
    kinds: ['alarms are lost'],
  },
  {
    name: 'does not notice that a Data Grid restarted whole',
    patches: [
      {
        file: RESTARTS,
        find: 'if (known === null || !restartedWhole(pods, known)) return [seen];',
        put: 'if (known !== undefined) return [seen];',
      },
    ],
    story: 'switchover',
    kinds: [
      'the Data Grid of the other site restarts whole',
      'the other site restarts empty',
      'the Data Grid of the serving site restarts whole',
    ],
  },
  {
    name: 'does not take a site offline again where the serving one forgot that it is',
    patches: [
      {
        file: RESTARTS,
        find: 'return forgotten ? [',
        put: 'return false && forgotten ? [',
      },
    ],
    story: 'a lost site comes back',
    kinds: ['the Data Grid of the serving site restarts whole'],
  },
  {
    name: 'takes equal counts for sync',
    patches: [
      {
        file: SETTLING,
        find: "if (faults.length > 0) return { verdict: 'stale'",
        put: "if (counts.outcome === 'equal') return { verdict: 'in-sync', reason: 'The counts are equal.' };\n  if (faults.length > 0) return { verdict: 'stale'",
      },
    ],
    story: 'a suspect site missed changes',
  },
  {
    name: 'leaves an operation whose execution ended to whoever comes',
    patches: [
      {
        file: 'functions/reconcile/sweep.ts',
        find: 'const abandoned = operation !== null && !(await mayRun(edge.sfn, operation.owner));',
        put: 'const abandoned = false;',
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
];
