/** More than an answer takes, and so little that all that a report asks, twice, fits into an invocation. */
const LIMIT_MILLISECONDS = 2_000;

/**
 * For clients whose silence must not keep a report, and with it what is done at the sites, from being made: in a VPC
 * without NAT nothing leads to Route 53 or RDS.
 */
export const brief = (requestTimeout = LIMIT_MILLISECONDS) => ({
  maxAttempts: 2,
  // The limit alone is only logged.
  requestHandler: { connectionTimeout: 1_000, requestTimeout, throwOnRequestTimeout: true },
});
