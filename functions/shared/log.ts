import { Logger } from '@aws-lambda-powertools/logger';

type Level = 'info' | 'warn' | 'error';

/** What each line says of its invocation, as far as it is known: the execution that it works for and the epoch. */
export interface Bearings {
  readonly execution: string | null;
  readonly epoch: number | null;
}

/** The part of Lambda's context that the lines carry. */
export type InvocationContext = Parameters<Logger['addContext']>[0];

const SECRET_KEYS = /token|secret|password|authorization/i;

const logger = new Logger({
  serviceName: 'keycloak-multi-site-failover',
  jsonReplacerFn: (key, value) => (SECRET_KEYS.test(key) && value !== null ? '[left out]' : value),
});

let epochIsGiven = false;
/** What the lines say; null: they name none. */
let epochSaid: number | null = null;

/** From here on the lines are about this invocation, and no longer about the one before it. */
export function invocationBegins(context: InvocationContext, { execution, epoch }: Bearings): void {
  logger.resetKeys();
  logger.addContext(context);
  logger.appendKeys({ ...(execution === null ? {} : { execution }), ...(epoch === null ? {} : { epoch }) });
  epochIsGiven = epoch !== null;
  epochSaid = epoch;
}

/** The ledger's epoch, for the lines of an invocation that was given none to act for. */
export function epochIs(epoch: number): void {
  if (epochIsGiven || epoch === epochSaid) return;
  logger.appendKeys({ epoch });
  epochSaid = epoch;
}

/** One JSON line. Fields that name a secret are left out by their key, whatever they hold. */
export function log(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  if (process.env['FAILOVER_LOG'] !== 'silent') logger[level](message, fields);
}
