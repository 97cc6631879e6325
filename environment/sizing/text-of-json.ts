/** As Biome writes the examples: a list of plain values is in one line where that has room. */
const LINE = 110;

/** JSON for a file that people edit; an object is never in one line. */
export const textOfJson = (value: unknown): string => `${textOf(value, '', 0)}\n`;

/** @param used columns of the line that are taken before the value */
function textOf(value: unknown, indent: string, used: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((each) => JSON.stringify(each)).join(', ')}]`;
    const plain = value.every((each) => typeof each !== 'object' || each === null);
    // A comma may follow.
    if (plain && used + line.length < LINE) return line;
    return block(
      '[',
      value.map((each) => textOf(each, deeper, deeper.length)),
      ']',
      indent,
    );
  }
  const fields = Object.entries(value).map(([key, of]) => {
    const name = `${JSON.stringify(key)}: `;
    return `${name}${textOf(of, deeper, deeper.length + name.length)}`;
  });
  return fields.length === 0 ? '{}' : block('{', fields, '}', indent);
}

const block = (opens: string, parts: readonly string[], closes: string, indent: string): string =>
  [opens, parts.map((part) => `${indent}  ${part}`).join(',\n'), `${indent}${closes}`].join('\n');
