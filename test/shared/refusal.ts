/** What is wrong with a file, a line of the refusal each; none where it is taken. */
export function linesOfRefusal(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .filter((line) => line.startsWith('  '))
      .map((line) => line.trim());
  }
  return [];
}
