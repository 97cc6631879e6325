import fc from 'fast-check';

/** What can befall a log, or a wrong log can differ in, from one line to the whole. */
export type Mishap = (log: string) => string;

const WORDS = [
  'online',
  'offline',
  'mixed',
  'ok',
  'OK',
  'IDLE',
  'SENDING',
  'ERROR',
  'CANCELED',
  'status',
  'site-a',
  'site-b',
  'site-a-0',
  'work',
  'actionTokens',
  '__proto__',
  'constructor',
  'approximate_entries_unique',
  '0',
  '-1',
  '7',
  '{',
  '}',
  '"',
  ',',
];

const LINES = [
  '{}',
  'ok',
  '"ok"',
  '{ "site-a-0" : "offline" }',
  '"site-a-0" : "offline",',
  '"site-a-1" : "online",',
  '"site-b" : "OK",',
  '"work" : "ok",',
  '"approximate_entries_unique" : 0,',
  '{"ERROR":"java.lang.IllegalStateException"}',
  'Error: it went wrong',
  'Not Found: ',
  'Could not connect to server: gone',
  'BEGIN-1',
  'END-1',
  'BEGIN-2',
  '[site-a]',
  '[site-a, site-b]',
  "IllegalArgumentException: No such resource 'work'",
];

const atLine =
  (change: (lines: string[], at: number, to: number) => void) =>
  ([one, two]: readonly [number, number]): Mishap =>
  (log) => {
    const lines = log.split('\n');
    change(lines, one % lines.length, two % lines.length);
    return lines.join('\n');
  };

const place = fc.tuple(fc.nat(400), fc.nat(400));

const lineDropped = place.map(atLine((lines, at) => lines.splice(at, 1)));
const linesDropped = place.map(atLine((lines, at, to) => lines.splice(Math.min(at, to), Math.abs(at - to))));
const lineTwice = place.map(atLine((lines, at) => lines.splice(at, 0, lines[at]!)));
const lineMoved = place.map(atLine((lines, at, to) => lines.splice(to, 0, ...lines.splice(at, 1))));
const lineCopied = place.map(atLine((lines, at, to) => lines.splice(to, 0, lines[at]!)));
const linesSwapped = place.map(
  atLine((lines, at, to) => {
    [lines[at], lines[to]] = [lines[to]!, lines[at]!];
  }),
);
const lineAdded = fc
  .tuple(place, fc.oneof(fc.constantFrom(...LINES), fc.string()))
  .map(([where, line]) => atLine((lines, at) => lines.splice(at, 0, line))(where));

/** A line that says the same of something else follows the one that is there: two answers in one. */
const wordOf = fc.tuple(fc.nat(2_000), fc.constantFrom(...WORDS)).map(
  ([nth, word]): Mishap =>
    (log) => {
      const words = [...log.matchAll(/[\w-]+|[{}",]/g)];
      const old = words[nth % Math.max(words.length, 1)];
      return old === undefined
        ? log
        : `${log.slice(0, old.index)}${word}${log.slice(old.index + old[0].length)}`;
    },
);
const contradicted = fc
  .tuple(place, fc.constantFrom('online', 'offline', 'OK', 'ERROR', 'SENDING', 'ok', '0'))
  .map(([where, word]) =>
    atLine((lines, at) => {
      const said = lines.filter((line) => line.includes(' : '));
      const line = said[at % Math.max(said.length, 1)];
      if (line === undefined) return;
      lines.splice(lines.indexOf(line), 0, line.replace(/ : .*$/, ` : "${word}",`));
    })(where),
  );
const cutOff = fc.nat(4_000).map(
  (length): Mishap =>
    (log) =>
      log.slice(0, length % (log.length + 1)),
);
const cutOutOf = fc.tuple(fc.nat(4_000), fc.nat(30)).map(
  ([from, length]): Mishap =>
    (log) =>
      `${log.slice(0, from % (log.length + 1))}${log.slice((from % (log.length + 1)) + length)}`,
);
const inColour = fc.nat(4_000).map(
  (at): Mishap =>
    (log) =>
      `${log.slice(0, at % (log.length + 1))}\u001b[31m${log.slice(at % (log.length + 1))}`,
);

/** One to four of them, one after the other. */
export const mishaps = fc
  .array(
    fc.oneof(
      lineDropped,
      linesDropped,
      lineTwice,
      lineMoved,
      lineCopied,
      linesSwapped,
      lineAdded,
      wordOf,
      contradicted,
      cutOff,
      cutOutOf,
      inColour,
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map(
    (all): Mishap =>
      (log) =>
        all.reduce((text, mishap) => mishap(text), log),
  );

/** Two logs that were written into one: the lines of both, each in their order. */
export const interleaved = (one: string, other: string, turns: readonly boolean[]): string => {
  const [left, right] = [one.split('\n'), other.split('\n')];
  const lines: string[] = [];
  for (const turn of turns) {
    const next = (turn ? left : right).shift();
    if (next !== undefined) lines.push(next);
  }
  return [...lines, ...left, ...right].join('\n');
};

/** What a log may hold besides, without saying anything else: colours, blank lines, Java's remarks, other line ends. */
export const harmless = fc
  .array(
    fc.oneof(
      place.map(atLine((lines, at) => lines.splice(at, 0, ''))),
      place.map(atLine((lines, at) => lines.splice(at, 0, 'WARNING: sun.misc.Unsafe is deprecated'))),
      place.map(
        atLine((lines, at) => {
          lines[at] = `\u001b[32m${lines[at]}\u001b[0m`;
        }),
      ),
      place.map(
        atLine((lines, at) => {
          lines[at] = `${lines[at]}\r`;
        }),
      ),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map(
    (all): Mishap =>
      (log) =>
        all.reduce((text, mishap) => mishap(text), log),
  );
