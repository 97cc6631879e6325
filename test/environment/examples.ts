import { readFileSync } from 'node:fs';
import type { Environment } from '../../environment/configuration/environment.ts';
import { parseEnvironment } from '../../environment/configuration/parse.ts';
import { linesOfRefusal } from '../shared/refusal.ts';

export const EXAMPLES = ['openshift-26', 'kubernetes-24'] as const;
export type Example = (typeof EXAMPLES)[number];

/** An example's text as JSON, as a person would change it. */
export function exampleFile(
  name: Example,
  // biome-ignore lint/suspicious/noExplicitAny: a file before it is checked
  change: (file: any) => void = () => {},
): unknown {
  const at = new URL(`../../environment/examples/${name}/failover.config.json`, import.meta.url);
  const file = JSON.parse(readFileSync(at, 'utf8'));
  change(file);
  return file;
}

export const example = (name: Example, change?: Parameters<typeof exampleFile>[1]): Environment =>
  parseEnvironment(exampleFile(name, change));

/** What is wrong in an example as somebody changed it, a line of the refusal each. */
export function mistakes(name: Example, change: Parameters<typeof exampleFile>[1]): readonly string[] {
  return linesOfRefusal(() => example(name, change));
}
