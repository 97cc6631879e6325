import { ConfigurationError } from './errors.ts';

const REFERENCE = /^env:([A-Z][A-Z0-9_]*)$/;

/**
 * Puts the environment's value where a configuration says `env:NAME`. For what is known only while a deployment
 * runs, as the ids of health checks that it creates: the file beside the bundle is made before.
 * @throws ConfigurationError when there is no such variable
 */
export function fromEnvironment(value: unknown, environment: Readonly<NodeJS.ProcessEnv>): unknown {
  if (typeof value === 'string') {
    const name = REFERENCE.exec(value)?.[1];
    if (name === undefined) return value;
    const found = environment[name];
    if (found !== undefined && found !== '') return found;
    throw new ConfigurationError(
      `failover.config.json refers to the environment variable ${name}, which is not set.`,
      'Deploy the function again.',
    );
  }
  if (Array.isArray(value)) return value.map((each) => fromEnvironment(each, environment));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, fromEnvironment(each, environment)]),
  );
}
