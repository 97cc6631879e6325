import { type Command, commandsOf, type StepTarget } from '../../functions/data-grid/commands.ts';
import type { Proven } from '../../functions/data-grid/outcomes.ts';

/*
 * What a log shows, found the plain way: words between two marks. It knows nothing of forms, so where it does not find
 * a word, no reading of the log may have found what the word says.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: a log in colour
const COLOUR = /\u001b\[[0-9;]*m/g;

/** The text between the marks of a command. Null where the marks do not stand there once each. */
function textOf(log: string, index: number): string | null {
  const lines = log
    .replace(COLOUR, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim());
  const [begin, end] = [`BEGIN-${index + 1}`, `END-${index + 1}`];
  const once = (mark: string) => lines.filter((line) => line === mark).length === 1;
  if (!once(begin) || !once(end) || lines.indexOf(begin) > lines.indexOf(end)) return null;
  return lines.slice(lines.indexOf(begin) + 1, lines.indexOf(end)).join('\n');
}

const distinct = (text: string, words: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(words)].map(([, word]) => word!)),
];

const states = (text: string) => distinct(text, /:\s*"(\w+)"/g);
const countOf = (text: string) => distinct(text, /"approximate_entries_unique"\s*:\s*(-?[\d.eE+-]+)/g);
const only = (words: readonly string[], word: string) => words.length === 1 && words[0] === word;

/** Whether a text holds the word without which its command shows nothing. */
function shows(
  text: string,
  { expects }: Command,
  proven: Proven,
  target: StepTarget & { site: string },
): boolean {
  const { step } = proven;
  switch (expects.form) {
    case 'result-per-cache':
      return target.caches.every((cache) =>
        only(distinct(text, new RegExp(`"${cache}"\\s*:\\s*"([^"]*)"`, 'g')), 'ok'),
      );
    case 'status-of-all':
    case 'status-of-cache': {
      if (step === 'take-offline' || step === 'clear') return only(states(text), 'offline');
      if (step === 'bring-online' || step === 'push' || step === 'in-sync')
        return only(states(text), 'online');
      if (step !== 'status' || expects.form !== 'status-of-cache') return false;
      const said = proven.statuses[expects.cache]!;
      return said === 'mixed' ? states(text).length > 0 : only(states(text), said);
    }
    case 'push-status': {
      if (step === 'prepare-push') return only(states(text), 'IDLE');
      if (step === 'push') return states(text).length === 1 && !states(text).includes('IDLE');
      if (step !== 'push-status' && step !== 'push-progress') return false;
      const { cache } = expects;
      if (proven.sending.includes(cache)) return only(states(text), 'SENDING');
      return proven.failed.includes(cache) ? !only(states(text), 'OK') : only(states(text), 'OK');
    }
    case 'statistics':
      if (step === 'clear') return only(countOf(text), '0');
      return 'counts' in proven && only(countOf(text), String(proven.counts[expects.cache]));
    case 'site-name':
      return text.trim() === target.site;
    case 'site-view': {
      const sees = (site: string) => new RegExp(`[[ ",]${site}[\\] ",]`).test(text);
      if (step === 'in-view' || step === 'push-progress')
        return sees(target.site) && sees(target.against) === proven.seesOther;
      return sees(target.site) && sees(target.against) !== (step === 'alone');
    }
    case 'silence':
      return step === 'prepare-push' || /^\W*(ok)?\W*$/.test(text);
    case 'acknowledgement':
      // The end of a push may be refused: what it leaves behind does no harm.
      return step.startsWith('end-push') || step === 'prepare-push' || /^\W*ok\W*$/.test(text);
    case 'description':
      return (
        step === 'describe-caches' &&
        (proven.descriptions[expects.cache]?.exists !== true || text.includes(`"${expects.cache}"`))
      );
  }
}

/** The commands whose text does not say what was taken for proven. */
export const unfounded = (
  log: string,
  proven: Proven,
  target: StepTarget & { readonly site: string },
): readonly string[] =>
  commandsOf(proven.step, target)
    .filter((command, index) => {
      const text = textOf(log, index);
      return text === null || !shows(text, command, proven, target);
    })
    .map(({ line }) => line);
