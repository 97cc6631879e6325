/** Of one call of a function: the machines give every step 60 s. */
export const INVOCATION_SECONDS = 55;

/** More than an answer takes, and so little that all that a readiness report asks fits into an invocation. */
const LIMIT_MILLISECONDS = 2_000;

/**
 * For clients whose silence must keep nobody waiting: a mail goes out without the ledger, and a readiness report is made
 * without Route 53 or RDS, to which nothing leads in a VPC without NAT.
 */
export const brief = (requestTimeout = LIMIT_MILLISECONDS) => ({
  maxAttempts: 2,
  // The limit alone is only logged.
  requestHandler: { connectionTimeout: 1_000, requestTimeout, throwOnRequestTimeout: true },
});

/**
 * Five requests a second for the whole account: throttled ones are worth more attempts than the usual three. All of them
 * take 35 s on average; where they take longer than an invocation may, that ends and is tried again.
 */
export const patient = { maxAttempts: 8 };

/**
 * A readiness report alone asks for more than five within a second, and beside a sweep for twice as many. With four
 * attempts, whose waits are drawn by chance, one report of fifty calls a deployment not ready for that alone, where the
 * answers take no time; with six, one of a hundred thousand. All of them take 15.5 s on average; a report waits for 15 s.
 */
export const modest = () => ({ ...brief(), maxAttempts: 6 });
