import { CHECKS } from '../../infra/configuration/checks.ts';
import { parseFile } from '../../infra/configuration/parse.ts';
import { ENVIRONMENT_CHECKS } from './checks.ts';
import { type Environment, environmentOf } from './environment.ts';
import { type EnvironmentFile, environmentFileSchema } from './schema.ts';

type CoresPart = Parameters<(typeof CHECKS)[number]>[0];

/** Whether a file has the section at all: without it the app is the failover core alone. */
export const hasEnvironment = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'environment' in value;

/**
 * Checks the file whole, the core's part and the section: every mistake with its path and what would be right, all
 * at once.
 * @throws ConfigurationError
 */
export const parseEnvironment = (value: unknown, file = 'failover.config.json'): Environment =>
  environmentOf(
    parseFile<EnvironmentFile>(value, file, environmentFileSchema, [
      (right) => CHECKS.flatMap((check) => check(right as CoresPart)),
      ...ENVIRONMENT_CHECKS,
    ]),
  );
