import { readFileSync } from 'node:fs';
import type { GuideVersion } from '../../environment/configuration/guide.ts';
import { parseEnvironment } from '../../environment/configuration/parse.ts';
import { type Manifest, manifestsOf } from '../../environment/manifests/manifests.ts';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';

/** A Cache resource, as far as the operator makes a cache of it. */
export interface CacheManifest {
  readonly cache: CacheName;
  /** Goes to the server as it is. */
  readonly template: string;
}

/** The caches of one of the environment's examples. */
export interface ExampleCaches {
  readonly version: GuideVersion;
  readonly manifestsAt: ReadonlyMap<SiteName, readonly CacheManifest[]>;
}

/** @param name of a folder in environment/examples */
export function exampleCaches(name: string): ExampleCaches {
  const file = new URL(`../../environment/examples/${name}/failover.config.json`, import.meta.url);
  const environment = parseEnvironment(JSON.parse(readFileSync(file, 'utf8')));
  const manifests = manifestsOf(environment);
  return {
    version: environment.version,
    manifestsAt: new Map(
      environment.sites.map((site, index) => [site.name, (manifests[index] ?? []).flatMap(cacheIn)]),
    ),
  };
}

function cacheIn({ kind, ...rest }: Manifest): readonly CacheManifest[] {
  if (kind !== 'Cache') return [];
  const { name, template } = rest['spec'] as { name: CacheName; template: string };
  return [{ cache: name, template }];
}
