import { parseDeployment } from '../infra/configuration/parse.ts';
import { jsonIn } from '../infra/configuration/read.ts';
import type { DeploymentConfiguration } from '../infra/configuration/schema.ts';
import type { ControlEdge } from './edge.ts';
import { UsageError } from './faults.ts';

const DEFAULT_FILE = 'failover.config.json';

/** @throws UsageError, ConfigurationError: a file that is missing, no JSON, or wrong in any field */
export function readDeployment(edge: ControlEdge, given: string | null): DeploymentConfiguration {
  const file = given ?? DEFAULT_FILE;
  let text: string;
  try {
    text = edge.readFile(file);
  } catch (cause) {
    throw new UsageError(
      `The configuration ${file} can't be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`,
      'Name the file with which the deployment was made by --config.',
      { cause },
    );
  }
  return parseDeployment(jsonIn(text, file), file);
}
