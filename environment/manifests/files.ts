import { Yaml } from 'cdk8s';
import type { Environment } from '../configuration/environment.ts';
import { BY_HAND } from './by-hand.ts';
import { batchesOf, type Part, partsOf } from './manifests.ts';
import { readme } from './readme.ts';
import { stamped } from './stamp.ts';

/** What `npm run manifests` writes, by its path in the folder that was asked for. */
export interface ManifestFile {
  readonly path: string;
  readonly text: string;
}

const yaml = (path: string, { manifests }: Part<unknown>): ManifestFile => ({
  path,
  text: stamped(path, Yaml.stringify(...manifests)),
});

/**
 * All files of both sites: the parts numbered in the order in which they are applied, and how to go about it.
 * @throws ConfigurationError while nobody has said where the database is
 */
export function filesOf(environment: Environment): readonly ManifestFile[] {
  const parts = partsOf(environment);
  const batches = batchesOf(environment);
  return [
    { path: 'README.md', text: stamped('README.md', readme(environment)) },
    ...environment.sites.flatMap(({ name: site }, index) => [
      ...parts[index]!.map((part, at) => yaml(`${site}/0${at + 1}-${part.name}.yaml`, part)),
      ...batches[index]!.map((part) => yaml(`${site}/${BY_HAND}/${part.name}.yaml`, part)),
    ]),
  ];
}
