import type { Facts } from '../facts.ts';
import { type Check, fail, pass } from '../report.ts';
import { ofEachCluster } from './cluster.ts';

const ID = 'permissions';

/** Whether each cluster allows every verb in use, asked by SelfSubjectAccessReviews. */
export const permissionChecks = (facts: Facts): readonly Check[] =>
  ofEachCluster(
    facts,
    ID,
    ({ denials }) => denials,
    (denials, site): readonly Check[] => {
      if (denials.length === 0)
        return [pass(ID, site, `The cluster of ${site} allows each Kubernetes verb that is in use.`)];
      const each = denials.map(({ verb, resource, reason }) => `${verb} ${resource} (${reason})`);
      return [
        fail(
          ID,
          site,
          `The cluster of ${site} would refuse: ${each.join(', ')}.`,
          `Apply infra/kubernetes/access.yaml at ${site} again, and see that its RoleBinding names us.`,
        ),
      ];
    },
  );
