import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/**
 * Asks a person.
 * @param output stderr, which stays a person's when the standard output goes to a program
 * @returns what was typed; nothing when it was broken off by Ctrl-C or Ctrl-D
 */
export async function ask(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  const lines = createInterface({ input, output });
  const brokenOff = once(lines, 'close').then(() => '');
  try {
    return await Promise.race([lines.question(question), brokenOff]);
  } finally {
    lines.close();
  }
}
