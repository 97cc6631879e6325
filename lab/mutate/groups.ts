/** Modules that are changed together, and the tests that have to notice each change. */
export interface Group {
  readonly modules: readonly string[];
  readonly tests: readonly string[];
}

/**
 * By folder and what the modules are about. As few tests as will do, and none over every state or by properties: each
 * change would run them for seconds.
 */
export const GROUPS: Readonly<Record<string, Group>> = {
  'traffic/switches': {
    modules: ['functions/traffic/positions.ts', 'functions/traffic/write-plan.ts'],
    tests: ['test/traffic/positions.test.ts', 'test/traffic/write-plan.test.ts'],
  },
  'traffic/endpoint': {
    modules: ['functions/traffic/endpoint.ts'],
    tests: ['test/traffic/endpoint.test.ts'],
  },
  'ledger/guard': {
    modules: ['functions/ledger/guard.ts'],
    tests: ['test/ledger/store.test.ts', 'test/ledger/operations.test.ts'],
  },
  'ledger/transitions': {
    modules: ['functions/ledger/change.ts', 'functions/ledger/holding.ts', 'functions/ledger/transition.ts'],
    tests: ['test/ledger/verdicts.test.ts'],
  },
  'ledger/evidence': {
    modules: ['functions/ledger/evidence.ts'],
    tests: ['test/ledger/evidence.test.ts'],
  },
  'ledger/adoption': {
    modules: ['functions/ledger/adoption.ts'],
    tests: ['test/ledger/adoption.test.ts'],
  },
  'ledger/operations': {
    modules: ['functions/ledger/operation.ts'],
    tests: ['test/ledger/operations.test.ts'],
  },
  'ledger/standing': {
    modules: ['functions/ledger/standing.ts'],
    tests: ['test/ledger/standing.test.ts'],
  },
  'data-grid/answers': {
    modules: [
      'functions/data-grid/cli-output.ts',
      'functions/data-grid/frames.ts',
      'functions/data-grid/json-object.ts',
    ],
    tests: [
      'test/data-grid/cli-output.test.ts',
      'test/data-grid/log.test.ts',
      'test/data-grid/recorded.test.ts',
    ],
  },
  'data-grid/descriptions': {
    modules: ['functions/data-grid/cache-description.ts'],
    tests: ['test/data-grid/cache-description.test.ts', 'test/data-grid/recorded.test.ts'],
  },
  'data-grid/safety': {
    modules: [
      'functions/data-grid/clear-safety.ts',
      'functions/data-grid/counts.ts',
      'functions/data-grid/push-proof.ts',
    ],
    tests: [
      'test/data-grid/clear-safety.test.ts',
      'test/data-grid/counts.test.ts',
      'test/data-grid/proofs.test.ts',
      'test/data-grid/steps.test.ts',
    ],
  },
  'data-grid/proofs': {
    modules: ['functions/data-grid/proofs.ts'],
    tests: ['test/data-grid/proofs.test.ts', 'test/data-grid/recorded.test.ts'],
  },
  'reconcile/events': {
    modules: ['functions/reconcile/alarm-events.ts'],
    tests: ['test/reconcile/alarm-events.test.ts'],
  },
  'reconcile/decision': {
    modules: ['functions/reconcile/decision.ts'],
    tests: ['test/reconcile/decision.test.ts'],
  },
  'environment/sizing': {
    modules: [
      'environment/sizing/arguments.ts',
      'environment/sizing/into.ts',
      'environment/sizing/size.ts',
      'environment/sizing/warnings.ts',
      'environment/typed.ts',
    ],
    tests: [
      'test/environment/size-arguments.test.ts',
      'test/environment/sizing.test.ts',
      'test/environment/sizing-into.test.ts',
    ],
  },
  'environment/configuration': {
    modules: [
      'environment/configuration/addresses.ts',
      'environment/configuration/aws-checks.ts',
      'environment/configuration/by-site.ts',
      'environment/configuration/checks.ts',
      'environment/configuration/environment.ts',
    ],
    tests: [
      'test/environment/addresses.test.ts',
      'test/environment/aws-configuration.test.ts',
      'test/environment/configuration.test.ts',
      'test/environment/rules.test.ts',
    ],
  },
};
