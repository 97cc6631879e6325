import { excerptOf } from './excerpt.ts';

/** Why the CLI did not do what a line asked. It says so in words only: its exit code is 0 all the same. */
export interface Refusal {
  readonly why:
    | 'not-found'
    | 'no-such-site'
    | 'no-backups'
    | 'credentials'
    | 'not-allowed'
    | 'not-connected'
    | 'no-answer'
    | 'error';
  /** Short, one line, without secrets. */
  readonly said: string;
}

const REFUSALS: readonly (readonly [RegExp, Refusal['why']])[] = [
  // The text of a site that nobody knows, and of caches of which none has a backup: the same, and empty.
  [/^Not Found:\s*$/, 'no-such-site'],
  [/^Not Found:.*does not have backup sites/, 'no-backups'],
  [/^Not Found:.*does not backup to site/, 'no-such-site'],
  [/^Not Found:/, 'not-found'],
  [/^No such resource\b/, 'not-found'],
  [/^The supplied credentials are invalid\b/, 'credentials'],
  [/^The user is not allowed to access the server resource:/, 'not-allowed'],
  [/^Could not connect to server:/, 'not-connected'],
  [/^The command is not available in the current context/, 'not-connected'],
  // What a Batch against a server that is down says, alone and for all its lines: `ClosedChannelException: null`.
  [/^(?:[\w$]+\.)*(?:ClosedChannel|Connect|NoRouteToHost|UnknownHost)Exception(?::|$)/, 'not-connected'],
  [/^(?:[\w$]+\.)*TimeoutException\b/, 'no-answer'],
  [/^Error: .*\bTimeoutException\b/, 'no-answer'],
  [/^Error:/, 'error'],
  [/^(?:[\w$]+\.)*[\w$]+(?:Exception|Error)(?::|$)/, 'error'],
  [/^Unable to perform operation\b/, 'error'],
  [/^Incorrect site name:/, 'no-such-site'],
  [
    /^(?:Error executing file:|Batch error:|Unknown command|Command not found|Invalid resource|Option:? )/,
    'error',
  ],
];

/** The refusal that a line is, or null when it is none of the known ones. */
function refusalIn(line: string): Refusal | null {
  const text = line.trim().replace(/^"(.*)"$/, '$1');
  const known = REFUSALS.find(([form]) => form.test(text));
  if (known === undefined) return null;
  const [, why] = known;
  // What follows this sentence is the server's own page about the credentials.
  const said = why === 'credentials' ? 'The supplied credentials are invalid' : excerptOf(text);
  return { why, said };
}

/** The first refusal among the lines of a text. */
export function firstRefusalIn(text: string): Refusal | null {
  for (const line of text.split('\n')) {
    const refusal = refusalIn(line);
    if (refusal !== null) return refusal;
  }
  return null;
}
