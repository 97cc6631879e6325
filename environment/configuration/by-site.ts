import type { Right } from '../../infra/configuration/right.ts';
import type { EnvironmentFile } from './schema.ts';

export type RightFile = Right<EnvironmentFile>;
/** A rule over several values, as the core's: null is what is wrong already. */
export type Check = (file: RightFile) => readonly string[];

/** The names of both sites; none while one of them is wrong, or both are the same. */
export function siteNames({ sites }: RightFile): readonly string[] {
  const names = (sites ?? []).map((site) => site?.name ?? null);
  return names.length === 2 && names.every((name) => name !== null) && names[0] !== names[1]
    ? (names as string[])
    : [];
}

/** What is kept by site must be there for both, and for nobody else. */
export function forBothSites(file: RightFile, where: string, given: object | null | undefined) {
  const names = siteNames(file);
  if (given === null || given === undefined || names.length === 0) return [];
  return [
    ...Object.keys(given)
      .filter((name) => !names.includes(name))
      .map((name) => `${where}.${name}: there is no such site; the sites are ${names.join(', ')}`),
    ...names
      .filter((name) => !Object.hasOwn(given, name))
      .map((name) => `${where}.${name}: is missing; both sites are needed`),
  ];
}
