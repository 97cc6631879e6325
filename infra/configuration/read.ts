import { readFileSync } from 'node:fs';
import { ConfigurationError } from '../../functions/shared/errors.ts';

const COPY = 'cp infra/examples/existing/failover.config.json .';

/**
 * The JSON of a configuration file.
 * @param named how another file is named to the command, as `by -c config=<file>`
 * @throws ConfigurationError for a file that is not there, can't be read or is not JSON
 */
export function readConfiguration(file: string, named: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT')
      throw new ConfigurationError(`${file} can't be read (${code}).`, `Name a file ${named}.`, { cause });
    throw new ConfigurationError(
      `${file}: there is no such file.`,
      `Copy an example (${COPY}, or another one of infra/examples or environment/examples), or name yours ${named}.`,
      { cause },
    );
  }
  return jsonIn(text, file);
}

/**
 * @param file for the message
 * @throws ConfigurationError
 */
export function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError(`${file} is not JSON: ${(cause as Error).message}.`, 'Correct it.', {
      cause,
    });
  }
}
