import { linesOfRefusal } from '../shared/refusal.ts';
import { example } from './synthesis.ts';

/** What is wrong in an example as somebody changed it, a line of the refusal each. */
export const mistakes = (
  installation: 'existing' | 'new',
  // biome-ignore lint/suspicious/noExplicitAny: a file before it is checked
  change: (file: any) => void,
): readonly string[] => linesOfRefusal(() => example(installation, change));
