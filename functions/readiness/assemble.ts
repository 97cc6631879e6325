import { alertChecks } from './checks/alerts.ts';
import { automationChecks } from './checks/automation.ts';
import { clusterChecks } from './checks/cluster.ts';
import { dataGridChecks } from './checks/data-grid.ts';
import { databaseChecks } from './checks/database.ts';
import { dnsAnswerCheck } from './checks/dns-answer.ts';
import { endpointChecks } from './checks/endpoint.ts';
import { failurePolicyCheck } from './checks/failure-policy.ts';
import { fencedPathChecks } from './checks/fenced-path.ts';
import { keycloakChecks } from './checks/keycloak.ts';
import { ledgerCheck } from './checks/ledger-of.ts';
import { operationCheck } from './checks/operation.ts';
import { permissionChecks } from './checks/permissions.ts';
import { recoveryCheck, recoveryFrom } from './checks/recovery-time.ts';
import { switchChecks } from './checks/switches.ts';
import { tokenChecks } from './checks/token.ts';
import { trustChecks } from './checks/trust.ts';
import type { Facts } from './facts.ts';
import { type Check, isReady, type ReadinessReport } from './report.ts';

/** In the order in which a person asks: may a failover be, would it work, how long would it take. */
const QUICK: readonly ((facts: Facts) => readonly Check[])[] = [
  ledgerCheck,
  trustChecks,
  operationCheck,
  automationChecks,
  alertChecks,
  dnsAnswerCheck,
  endpointChecks,
  switchChecks,
  fencedPathChecks,
  databaseChecks,
  clusterChecks,
  dataGridChecks,
  keycloakChecks,
  tokenChecks,
  permissionChecks,
  failurePolicyCheck,
  recoveryCheck,
];

/** @param more checks over what no quick look learns */
export function assemble(
  facts: Facts,
  depth: ReadinessReport['depth'],
  more: readonly Check[],
): ReadinessReport {
  const checks = [...QUICK.flatMap((check) => check(facts)), ...more];
  return {
    deployment: facts.configuration.deployment,
    at: facts.at,
    depth,
    ready: isReady(checks),
    checks,
    recovery: recoveryFrom(facts),
  };
}
