import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../statemachines/', import.meta.url);
const SUFFIX = '.asl.json';

export type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/**
 * A machine's file in the form of a template. A template may hold no null, and what the CDK makes of one is a field
 * less: then a path to it finds nothing and the execution fails. An intrinsic function says the same null, and the
 * same holds for an empty object.
 */
export function templateForm(definition: Json): Json {
  if (Array.isArray(definition)) return definition.map(templateForm);
  if (definition === null || typeof definition !== 'object') return definition;
  return Object.fromEntries(
    Object.entries(definition).map(([key, value]) => {
      if (value === null) return [`${key}.$`, "States.StringToJson('null')"];
      return [key, templateForm(value)];
    }),
  );
}

export interface MachineFile {
  readonly name: string;
  readonly definition: { readonly [key: string]: Json };
  /** Placeholders in it, as `LedgerFunction` and `ContainMachine`. */
  readonly placeholders: readonly string[];
}

/** Those that other machines start come before these, so that each can be given the ones it starts. */
export function machineFiles(): readonly MachineFile[] {
  const left = readdirSync(FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .sort()
    .map((file) => {
      const text = readFileSync(new URL(file, FOLDER), 'utf8');
      const placeholders = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder!);
      return {
        name: file.slice(0, -SUFFIX.length),
        definition: JSON.parse(text) as MachineFile['definition'],
        placeholders: [...new Set(placeholders)].sort(),
      };
    });
  const ordered: MachineFile[] = [];
  while (left.length > 0) {
    const waiting = left.map(({ name }) => `${inPascalCase(name)}Machine`);
    const next = left.findIndex(({ placeholders }) => !placeholders.some((each) => waiting.includes(each)));
    if (next === -1) throw new Error(`These machines start each other in a circle: ${waiting.join(', ')}.`);
    ordered.push(...left.splice(next, 1));
  }
  return ordered;
}

export const inPascalCase = (name: string): string =>
  name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
