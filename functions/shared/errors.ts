/**
 * The errors that cross from a function to a state machine. A machine's `Catch` and `Retry` match by
 * `name`, so a name here is a contract: renaming one is a change of the machines too.
 */
export abstract class FailoverError extends Error {
  /** What the person who reads this should do next. Part of the message, because Lambda keeps only that. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(`${message} ${remedy}`, options);
    this.name = new.target.name;
    this.remedy = remedy;
  }
}

/** The workflow's input, or a function's, is not what it takes. Never retried. */
export class InvalidInputError extends FailoverError {}

/** `failover.config.json` is wrong or names something that does not exist. Never retried. */
export class ConfigurationError extends FailoverError {}

/** An event that reconcile can't read as an alarm. Told to on-call, never retried. */
export class MalformedEventError extends FailoverError {}

/** The ledger's item is missing, restored or written in a form this version does not know. Never retried. */
export class LedgerUnknownError extends FailoverError {}

/** Another writer changed the ledger between our read and our write, repeatedly. Retried by the machine. */
export class LedgerConflictError extends FailoverError {}

/** An AWS or Kubernetes call failed in a way that may pass: throttled, timed out, 5xx. Retried by the machine. */
export class TransientError extends FailoverError {}

/**
 * A site's Kubernetes API refused the connection or did not answer in time. Functions turn it into the outcome
 * `unreachable`, because a lost site is what this product is for; a machine sees it only from a step that forgot.
 */
export class ClusterUnreachableError extends FailoverError {}

/** A Kubernetes API refused our credentials or our verb. Not retried: a person has to mend it. */
export class ClusterAccessError extends FailoverError {}

/** A Kubernetes API did not take what we sent: an operator's webhook or schema we do not know. Never retried. */
export class ClusterRefusedError extends FailoverError {}

/** A Kubernetes object that the configuration names does not exist. Never retried. */
export class ClusterObjectMissingError extends FailoverError {}

/** A Batch's log does not say what its commands must have said. A proof that is missing, so a failure. */
export class UnparseableLogError extends FailoverError {}
