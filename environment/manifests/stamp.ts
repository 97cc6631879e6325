import { createHash } from 'node:crypto';

const WORDS = 'npm run manifests wrote this. Changed by hand it is yours, and is not overwritten: sha256';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const stampOf = (path: string, text: string): string => {
  const words = `${WORDS} ${digestOf(text)}`;
  return path.endsWith('.md') ? `<!-- ${words} -->\n` : `# ${words}\n`;
};

/** The text with a first line by which it is known again. */
export const stamped = (path: string, text: string): string => `${stampOf(path, text)}${text}`;

/** Whether a file is as it was written: a person's own, or one that a person has changed, is not. */
export function isAsWritten(path: string, content: string): boolean {
  const text = content.slice(content.indexOf('\n') + 1);
  return content === stamped(path, text);
}
