import { FailoverError } from '../functions/shared/errors.ts';

/**
 * A message for a person, or null when it is no mistake of theirs.
 * @param file the one that was read
 */
export function messageOf(error: unknown, file: string | null): string | null {
  if (error instanceof FailoverError) return error.message;
  if (error instanceof SyntaxError) return `${file} is not JSON: ${error.message}`;
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? null : message;
}
