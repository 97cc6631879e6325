import { UnparseableLogError } from '../shared/errors.ts';
import { beginOf, type Command, endOf } from './commands.ts';
import { excerptOf } from './excerpt.ts';

/** What stands in a log: each command's text, and what stands outside. */
export interface Frames {
  /** One per command, in order. Null: the log ends before the command's output does. */
  readonly texts: readonly (string | null)[];
  /** The text of a command that began and did not end, where the log breaks off. */
  readonly brokenOff: string;
  /** Lines before the first frame: an image may greet as it likes. Blank ones left out, here and below. */
  readonly greeting: readonly string[];
  /** Lines between the frames and after the last. */
  readonly outside: readonly string[];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** The Java machine's own remarks, which it writes wherever it happens to be. None is an answer of the CLI. */
const JAVA_REMARK =
  /^(?:WARNING: |(?:NOTE: )?Picked up \w+:|OpenJDK .*\bwarning: |Java HotSpot.*\bwarning: |SLF4J\(?\w*\)?: )/;

const MARK = /^(BEGIN|END)-(\d+)$/;

/** @throws UnparseableLogError naming the Batch, the command, an excerpt and the remedy. Never the whole text. */
export function unparseable(batch: string, command: string, what: string, text: string): never {
  throw new UnparseableLogError(
    `The log of Batch ${batch} can't be read at "${command}": ${what}${text.trim() === '' ? '' : `, at: ${excerptOf(text)}`}.`,
    "Nothing is proven. The function's own log holds the whole text; compare it with the forms that this version " +
      'knows (functions/data-grid/cli-output.ts), and take the step by hand meanwhile.',
  );
}

/** A log's lines, without colours and without what the Java machine said. */
export const linesOf = (log: string): readonly string[] =>
  log
    .replace(ANSI, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => !JAVA_REMARK.test(line.trimStart()));

/**
 * Splits a log at the lines that frame each command. Strict about their order: anything but one frame a
 * command, one after the other, means that the log is not what the script would have written.
 * @throws UnparseableLogError
 */
export function framesOf(lines: readonly string[], commands: readonly Command[], batch: string): Frames {
  const texts: (string | null)[] = commands.map(() => null);
  const greeting: string[] = [];
  const outside: string[] = [];
  let begun = false;
  let open: string[] | null = null;
  let index = 0;
  for (const line of lines) {
    const mark = line.trim();
    if (MARK.test(mark)) {
      const awaited: string | null =
        index >= commands.length ? null : open === null ? beginOf(index) : endOf(index);
      if (mark !== awaited) {
        const command = commands[Math.min(index, commands.length - 1)]?.line ?? 'no command';
        unparseable(batch, command, `${mark} where ${awaited ?? 'nothing more'} must stand`, '');
      }
      if (open === null) {
        open = [];
        begun = true;
      } else {
        texts[index] = open.join('\n').trim();
        open = null;
        index++;
      }
    } else if (open !== null) {
      open.push(line);
    } else if (mark !== '') {
      (begun ? outside : greeting).push(mark);
    }
  }
  return { texts, brokenOff: open === null ? '' : open.join('\n').trim(), greeting, outside };
}
