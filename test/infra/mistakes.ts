import { example } from './synthesis.ts';

/** What is wrong in an example as somebody changed it, a line of the refusal each. */
export const mistakes = (
  installation: 'existing' | 'new',
  // biome-ignore lint/suspicious/noExplicitAny: a file before it is checked
  change: (file: any) => void,
): readonly string[] => {
  try {
    example(installation, change);
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .filter((line) => line.startsWith('  '))
      .map((line) => line.trim());
  }
  return [];
};
