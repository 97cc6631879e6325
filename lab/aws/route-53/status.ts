import type { HealthCheckConfig } from '@aws-sdk/client-route-53';

/** An endpoint is healthy when more than this share of the checkers says so (Route 53's developer guide). */
const HEALTHY_SHARE = 0.18;

/**
 * A check's status as the data plane uses it.
 * @param views what each checker thinks of the endpoint; null: it has not made up its mind yet
 * @param isHealthyChild of a CALCULATED check's children
 */
export function statusOf(
  config: HealthCheckConfig,
  views: readonly (boolean | null)[],
  isHealthyChild: (id: string) => boolean,
): boolean {
  const healthy = config.Disabled || plainStatus(config, views, isHealthyChild);
  return config.Inverted ? !healthy : healthy;
}

function plainStatus(
  config: HealthCheckConfig,
  views: readonly (boolean | null)[],
  isHealthyChild: (id: string) => boolean,
): boolean {
  if (config.Type === 'CALCULATED') {
    return (config.ChildHealthChecks ?? []).filter(isHealthyChild).length >= (config.HealthThreshold ?? 0);
  }
  const decided = views.filter((view) => view !== null);
  if (decided.length === 0) return true;
  return decided.filter(Boolean).length / decided.length > HEALTHY_SHARE;
}
