import { readFileSync } from 'node:fs';
import type { DataGridRest, RestAnswer } from '../data-grid/rest.ts';
import type { CacheManifest } from './cache-manifests.ts';

const SCHEMA = readFileSync(new URL('./keycloak.proto', import.meta.url), 'utf8');
/** "The declared indexed type … is not known. Please register its proto schema file first". */
const UNKNOWN_ENTITY = 'ISPN028022';

/** Creates a cache as the Infinispan operator does: the template as it stands, under `spec.name`. */
export const create = (rest: DataGridRest, { cache, template }: CacheManifest): Promise<RestAnswer> =>
  rest.call('POST', `/caches/${cache}`, { type: 'application/yaml', text: template });

/** The server knows nothing of an entity that the cache has in its index. */
export const wantsSchema = ({ body }: RestAnswer): boolean => body.includes(UNKNOWN_ENTITY);

/**
 * What Keycloak does when it starts.
 * @throws Error when the server refuses it
 */
export async function registerSchema(rest: DataGridRest): Promise<void> {
  const { status, body } = await rest.call('POST', '/schemas/keycloak.proto', {
    type: 'text/plain',
    text: SCHEMA,
  });
  const problem = status === 200 ? (JSON.parse(body) as { error: object | null }).error : body;
  if (problem !== null) throw new Error(`Keycloak's schema is refused: ${JSON.stringify(problem)}`);
}

/** Also what is left of a cache that could not start: the server keeps its definition, and creates none of that name. */
export async function remove(rest: DataGridRest, { cache }: CacheManifest): Promise<void> {
  const { status, body } = await rest.call('DELETE', `/caches/${cache}`);
  if (status !== 200 && status !== 404)
    throw new Error(`${cache} is not removed: ${status} ${body.slice(0, 300)}`);
}
