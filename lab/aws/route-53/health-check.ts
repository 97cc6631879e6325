import type { HealthCheckConfig, UpdateHealthCheckCommandInput } from '@aws-sdk/client-route-53';
import { NotModelledError, ServiceFault } from '../service.ts';

export interface HealthCheck {
  readonly id: string;
  /** Starts at 1, one more with each update, by whomever. */
  readonly version: number;
  readonly config: HealthCheckConfig;
}

const TYPES = new Set(['HTTP', 'HTTPS', 'CALCULATED']);

/** Fields of an update that go into the configuration as they are. */
const UPDATABLE = [
  'IPAddress',
  'Port',
  'ResourcePath',
  'FullyQualifiedDomainName',
  'FailureThreshold',
  'Inverted',
  'Disabled',
  'HealthThreshold',
  'ChildHealthChecks',
  'EnableSNI',
] as const;

/** ResettableElementName to the field that it empties. */
const RESETTABLE: Readonly<Record<string, keyof HealthCheckConfig>> = {
  FullyQualifiedDomainName: 'FullyQualifiedDomainName',
  ResourcePath: 'ResourcePath',
  ChildHealthChecks: 'ChildHealthChecks',
};

export function createHealthCheck(id: string, config: HealthCheckConfig): HealthCheck {
  if (!TYPES.has(config.Type ?? '')) {
    throw new NotModelledError(`Health checks of type ${config.Type} are not modelled.`);
  }
  const calculated = config.Type === 'CALCULATED';
  const defaults: Partial<HealthCheckConfig> = calculated
    ? { HealthThreshold: 0, ChildHealthChecks: [] }
    : { RequestInterval: 30, FailureThreshold: 3, MeasureLatency: false, EnableSNI: config.Type === 'HTTPS' };
  const complete = { ...defaults, Inverted: false, Disabled: false, ...config };
  validate(complete);
  return { id, version: 1, config: complete };
}

/**
 * @throws ServiceFault HealthCheckVersionMismatch when the caller names another version than the check has; without
 * one the update is carried out whatever the version is
 */
export function updateHealthCheck(check: HealthCheck, update: UpdateHealthCheckCommandInput): HealthCheck {
  if (update.HealthCheckVersion !== undefined && update.HealthCheckVersion !== check.version) {
    throw new ServiceFault(
      'HealthCheckVersionMismatch',
      `The health check version ${update.HealthCheckVersion} does not match the current version ${check.version}.`,
      409,
    );
  }
  const known = new Set<string>([...UPDATABLE, 'HealthCheckId', 'HealthCheckVersion', 'ResetElements']);
  const unknown = Object.entries(update).filter(([field, value]) => value !== undefined && !known.has(field));
  if (unknown.length > 0) {
    throw new NotModelledError(`UpdateHealthCheck with ${unknown.map(([field]) => field).join(', ')}`);
  }
  const config: Record<string, unknown> = { ...check.config };
  for (const element of update.ResetElements ?? []) {
    const field = RESETTABLE[element];
    if (field === undefined) throw new NotModelledError(`ResetElements with ${element}`);
    delete config[field];
  }
  for (const field of UPDATABLE) if (update[field] !== undefined) config[field] = update[field];
  const changed = config as unknown as HealthCheckConfig;
  validate(changed);
  return { ...check, version: check.version + 1, config: changed };
}

function validate(config: HealthCheckConfig): void {
  const { HealthThreshold, FailureThreshold, ResourcePath, RequestInterval, Type } = config;
  const invalid = (what: string) => new ServiceFault('InvalidInput', `Invalid parameter : ${what}`);
  if (HealthThreshold !== undefined && !(HealthThreshold >= 0 && HealthThreshold <= 256)) {
    throw invalid('HealthThreshold is between 0 and 256');
  }
  if (FailureThreshold !== undefined && !(FailureThreshold >= 1 && FailureThreshold <= 10)) {
    throw invalid('FailureThreshold is between 1 and 10');
  }
  if (RequestInterval !== undefined && RequestInterval !== 10 && RequestInterval !== 30) {
    throw invalid('RequestInterval is 10 or 30');
  }
  if (ResourcePath !== undefined && ResourcePath.length > 255) throw invalid('ResourcePath is too long');
  if (Type === 'CALCULATED' && ResourcePath !== undefined) throw invalid('a CALCULATED check has no path');
  if (Type !== 'CALCULATED' && HealthThreshold !== undefined)
    throw invalid('only CALCULATED has a threshold');
}
