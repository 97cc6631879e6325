import * as v from 'valibot';
import { listed, UsageError } from '../typed.ts';
import { type History, TROUBLE_KINDS } from './history.ts';
import { STORY_NAMES } from './stories.ts';

const NO_COUNT = 'a whole number above 0 is wanted';
const NO_STORY = 'there is no such story';
const NO_KIND = 'there is no such trouble';
const number = v.pipe(v.number(NO_COUNT), v.integer(NO_COUNT), v.minValue(1, NO_COUNT));
const historySchema = v.strictObject({
  story: v.picklist(STORY_NAMES, NO_STORY),
  seed: number,
  troubles: v.array(
    v.strictObject({ at: number, kind: v.picklist(TROUBLE_KINDS, NO_KIND) }, 'not {"at":…,"kind":…}'),
    'not a list of {"at":…,"kind":…}',
  ),
});

const FORM = '{"story":…,"seed":…,"troubles":[{"at":…,"kind":…}]}';

/**
 * A history as it was printed.
 * @throws UsageError that names every field that is wrong
 */
export function parseHistory(text: string): History {
  const result = v.safeParse(historySchema, json(text), { abortPipeEarly: true });
  if (result.success) return result.output;
  const { issues } = result;
  if (issues.some(({ path }) => path === undefined))
    throw new UsageError(`--replay takes a history as it was printed: ${FORM}.`);
  const wrong = (message: string): boolean => issues.some((issue) => issue.message === message);
  throw new UsageError(
    [
      `--replay takes a history as it was printed: ${FORM}. This one is not:`,
      ...new Set(issues.flatMap(mistakesOf)),
      ...(wrong(NO_STORY) ? [`Stories:\n${listed(STORY_NAMES)}`] : []),
      ...(wrong(NO_KIND) ? [`Troubles:\n${listed(TROUBLE_KINDS)}`] : []),
    ].join('\n'),
  );
}

/** Of an object's unknown fields valibot names the first alone. */
function mistakesOf(issue: v.BaseIssue<unknown>): readonly string[] {
  const where = v.getDotPath(issue)!;
  const { input, key } = issue.path!.at(-1)!;
  if (issue.expected === 'never') {
    const fields = issue.path!.length === 1 ? Object.keys(historySchema.entries) : ['at', 'kind'];
    const above = where.slice(0, -String(key).length);
    return Object.keys(input as object)
      .filter((name) => !fields.includes(name))
      .map((name) => `  ${above}${name}: there is no such field; the fields are ${fields.join(', ')}`);
  }
  if (issue.type === 'strict_object' && !Object.hasOwn(input as object, key as string))
    return [`  ${where}: is missing`];
  return [`  ${where}: is ${JSON.stringify(issue.input)}; ${issue.message}`];
}

/** @throws UsageError */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `--replay takes a history as it was printed, ${FORM}, in single quotes; this is no JSON: ${(error as Error).message}.`,
    );
  }
}
