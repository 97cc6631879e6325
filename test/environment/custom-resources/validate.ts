import { loadYaml } from '@kubernetes/client-node';
import { Ajv, type ValidateFunction } from 'ajv';
import { clusterRole, clusterRoleBinding, role, roleBinding, secret, serviceAccount } from './access.ts';
import { cacheTemplateSchema, OTHER_SITE } from './cache-template.ts';
import { ingress, route } from './endpoint.ts';
import { batch, cache, infinispan } from './infinispan.ts';
import { keycloak } from './keycloak.ts';
import type { Schema } from './schema.ts';

type Version = '24' | '26';

export const schemasOf = (version: Version): Readonly<Record<string, Schema>> => ({
  ServiceAccount: serviceAccount,
  Role: role,
  RoleBinding: roleBinding,
  ClusterRole: clusterRole,
  ClusterRoleBinding: clusterRoleBinding,
  Secret: secret,
  Infinispan: infinispan(version),
  Cache: cache,
  Batch: batch,
  Keycloak: keycloak(version),
  Route: route,
  Ingress: ingress,
});

const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true });
const compiled = new Map<Version, Readonly<Record<string, ValidateFunction>>>();

function validatorsOf(version: Version): Readonly<Record<string, ValidateFunction>> {
  const known = compiled.get(version);
  if (known !== undefined) return known;
  const schemas = { ...schemasOf(version), template: cacheTemplateSchema(version) };
  const made = Object.fromEntries(
    Object.entries(schemas).map(([kind, schema]) => [kind, ajv.compile(schema)]),
  );
  compiled.set(version, made);
  return made;
}

const problems = (validator: ValidateFunction, value: unknown): readonly string[] =>
  validator(value)
    ? []
    : validator.errors!.map(
        ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
      );

/** The fields that are read here; everything else is for the schema. */
interface Applied {
  readonly kind: string;
  readonly spec?: unknown;
}

/**
 * What the cluster would refuse in a manifest, or drop without a word. A Cache's template is read too.
 * @param to the site that caches are backed up to
 */
export function refusals(manifest: Applied, version: Version, to: string): readonly string[] {
  const validators = validatorsOf(version);
  const validator = validators[manifest.kind];
  if (validator === undefined) return [`${manifest.kind}: no schema was written for it`];
  const found = problems(validator, manifest);
  const template = (manifest.spec as { readonly template?: string } | undefined)?.template;
  if (manifest.kind !== 'Cache' || template === undefined) return found;
  return [...found, ...problems(validators['template']!, named(loadYaml(template), to))];
}

/** A template with the schema's word in the place of the other site's name. Any other site's name stays. */
function named(template: unknown, to: string): unknown {
  const copy = structuredClone(template) as { distributedCache?: { backups?: Record<string, unknown> } };
  const backups = copy.distributedCache?.backups;
  if (backups !== undefined && to in backups) {
    backups[OTHER_SITE] = backups[to];
    delete backups[to];
  }
  return copy;
}
