import { describe, expect, it } from '@jest/globals';
import { SecretToken } from '../../functions/kubernetes/secret-token.ts';
import type { FailoverError } from '../../functions/shared/errors.ts';
import type { SiteName, Workflow } from '../../functions/shared/names.ts';
import { tokenSecretOf } from '../../lab/configuration.ts';
import { A, B, inWorld, type World } from './world.ts';

/** What the real adapter says of a secret that was created and never filled. */
const withoutToken = (site: SiteName): Promise<FailoverError> => {
  const edge = { secrets: { send: async () => ({ SecretString: '\n' }) }, now: () => new Date() };
  return new SecretToken(edge as never, site, tokenSecretOf(site))
    .read(false, new AbortController().signal)
    .then(
      () => Promise.reject(new Error('A token was found.')),
      (error: FailoverError) => error,
    );
};

const FAULTS: readonly (readonly [string, (world: World, site: SiteName) => Promise<void>, RegExp])[] = [
  [
    'answers 403 to everything',
    async (world, site) => {
      world.site(site).cluster.rules = [];
    },
    /does not allow us: (create|delete|get|list) \S+\. Allow "(create|delete|get|list)" on "\S+" in our Role/,
  ],
  [
    'has a secret without a token',
    async (world, site) => {
      world.site(site).cluster.fault = await withoutToken(site);
    },
    /The secret site-[ab]-cluster-token of site-[ab] holds no token that can be sent\. Store the ServiceAccount's token/,
  ],
];

/** Workflows with the site whose cluster does not let us in. */
const STORIES: readonly (readonly [Workflow, object, SiteName, (world: World) => Promise<void>])[] = [
  ['failover', { lostSite: B }, A, async () => {}],
  ['resync', {}, A, (world) => world.lostAndFoundB()],
  ['resync', {}, B, (world) => world.lostAndFoundB()],
  ['switchover', {}, B, async () => {}],
  ['switchback', { approve: false }, A, (world) => world.switchedOver()],
];

describe.each(FAULTS)('where a site’s cluster %s', (_fault, begins, says) => {
  it.each(STORIES)(
    'a %s %j stops at %s: it moves nothing, and tells what to mend',
    (workflow, input, site, before) =>
      inWorld({}, async (world) => {
        await before(world);
        const entries = (at: SiteName) =>
          world.configuration.caches.map((cache) => world.grid.entries(at, cache));
        const seen = async () => ({
          answer: world.route53.answer('login.example.test'),
          serving: (await world.ledger()).serving,
          instances: world.site(A).model.keycloak.counts().declared,
          entries: [...entries(A), ...entries(B)].map((each) => [...each]),
        });
        const found = await seen();
        await begins(world, site);
        const end = await world.run(workflow, input);
        expect(end).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(await seen()).toEqual(found);
        expect((await world.ledger()).operation).toBeNull();
        expect(world.mails.at(-1)?.body).toMatch(says);
      }),
  );
});
