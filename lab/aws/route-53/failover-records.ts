/** A pair of failover records under one name, as the guide sets them up. */
export interface FailoverRecords {
  readonly hostedZoneId: string;
  /** Without the final dot. */
  readonly name: string;
  readonly ttlSeconds: number;
  readonly primary: FailoverRecord;
  readonly secondary: FailoverRecord;
}

interface FailoverRecord {
  /** The site's own name, which the answer points to. */
  readonly target: string;
  readonly healthCheckId: string;
}

export interface Answer {
  readonly target: string;
  readonly ttlSeconds: number;
}

/** Which record Route 53 answers with. When both are unhealthy it is the primary (its developer guide). */
export function failoverAnswer(records: FailoverRecords, isHealthy: (id: string) => boolean): Answer {
  const { primary, secondary, ttlSeconds } = records;
  const useSecondary = !isHealthy(primary.healthCheckId) && isHealthy(secondary.healthCheckId);
  return { target: (useSecondary ? secondary : primary).target, ttlSeconds };
}
