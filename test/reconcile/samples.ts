import { readFileSync } from 'node:fs';

/** A file under events/, as one pastes it. */
export const sample = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`../../events/${name}.json`, import.meta.url), 'utf8'));

export type Json = { [field: string]: unknown };

/** The sample of an alarm through SNS, with other words in its message. */
export function snsAlarm(name: string, changes: Json = {}): Json {
  const event = sample(name) as { Records: { Sns: { Message: string } }[] };
  const [record] = event.Records;
  const message = { ...(JSON.parse(record!.Sns.Message) as Json), ...changes };
  return { Records: [{ ...record, Sns: { ...record!.Sns, Message: JSON.stringify(message) } }] };
}
