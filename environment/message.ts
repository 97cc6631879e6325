import { FailoverError } from '../functions/shared/errors.ts';

/**
 * A message for a person, or null when it is no mistake of theirs.
 * @param file the one that was read
 */
export function messageOf(error: unknown, file: string | null): string | null {
  if (error instanceof FailoverError) return error.message;
  if (error instanceof SyntaxError) return `${file} is not JSON: ${error.message}`;
  const { code, message, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && file !== null)
    return `${path ?? file}: there is no such file. Copy one of environment/examples, or name another file.`;
  // Node does not name what it opened and cannot read, as a folder.
  if (code !== undefined && path === undefined && file !== null) return `${file}: ${message}`;
  return code === undefined ? null : message;
}
