import { ConfigurationError } from '../../functions/shared/errors.ts';
import type { GuideVersion } from '../configuration/guide.ts';
import type { SizingResult } from './size.ts';

/** The parts of a configuration that sizing reads and writes; the rest is somebody else's. */
interface File {
  readonly sites: readonly { keycloakInstances?: number }[];
  readonly environment: { readonly keycloak: { readonly version: GuideVersion; sizing?: object } };
}

/**
 * Whose guide a configuration goes by.
 * @param asked what was typed, or null
 * @throws ConfigurationError when the file has no such field, or says another version
 */
export function versionIn(value: unknown, file: string, asked: GuideVersion | null): GuideVersion {
  const parts = value as Partial<{
    environment: { keycloak?: { version?: unknown } };
    sites: unknown;
  }> | null;
  const version = parts?.environment?.keycloak?.version;
  if (version !== '24' && version !== '26')
    throw new ConfigurationError(
      `${file}: environment.keycloak.version is neither 24 nor 26.`,
      'Copy the section environment of one of environment/examples first.',
    );
  const { sites } = parts as { sites?: unknown };
  if (!Array.isArray(sites) || sites.some((site) => typeof site !== 'object' || site === null))
    throw new ConfigurationError(
      `${file}: sites is no list of sites.`,
      'Copy one of environment/examples first.',
    );
  if (asked !== null && asked !== version)
    throw new ConfigurationError(
      `--keycloak ${asked}: environment.keycloak.version of ${file} is ${version}.`,
      'Leave --keycloak out, or change the file.',
    );
  return version;
}

/** The configuration with the sizes and the number of pods in it, everything else as it was. */
export function withSizing(value: unknown, { sizing, load }: SizingResult): unknown {
  const file = structuredClone(value) as File;
  file.environment.keycloak.sizing = sizing;
  for (const site of file.sites) site.keycloakInstances = load.pods;
  return file;
}
