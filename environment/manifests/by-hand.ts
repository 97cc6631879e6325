import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { type Command, commandsOf, type SingleStep } from '../../functions/data-grid/commands.ts';
import { type Environment, type EnvironmentSite, otherSite } from '../configuration/environment.ts';

/** The folder of these in each site's folder: `kubectl apply -f <site>` leaves it out. */
export const BY_HAND = 'by-hand';

/** Steps of chapters 10, 11 and 12 at the Data Grid, in the automation's words, and those that only look. */
const STEPS_BY_HAND = [
  'take-offline',
  'status',
  'clear',
  'bring-online',
  'prepare-push',
  'push',
  'push-status',
  'end-push',
  'view',
  'count',
  'describe-caches',
] as const satisfies readonly SingleStep[];

/** The Batches of one site. Each runs there, and is about the other site. */
export class ByHandChart extends Chart {
  constructor(scope: Construct, id: string, environment: Environment, site: EnvironmentSite) {
    super(scope, id, { namespace: site.namespace, disableResourceNameHashes: true });
    const against = otherSite(environment, site).name;
    const { caches } = environment;
    for (const step of STEPS_BY_HAND)
      new BatchByHand(this, step, site, commandsOf(step, { against, caches }));
    for (const cache of caches) {
      const target = { against, caches: [cache] };
      // Chapter 11.2.1: a cache whose transfer failed is pushed again alone.
      new BatchByHand(this, `push-${cache.toLowerCase()}`, site, [
        ...commandsOf('prepare-push', target),
        ...commandsOf('push', target),
      ]);
    }
  }
}

class BatchByHand extends Construct {
  constructor(scope: Construct, id: string, site: EnvironmentSite, commands: readonly Command[]) {
    super(scope, id);
    const batch = new ApiObject(this, 'batch', {
      apiVersion: 'infinispan.org/v2alpha1',
      kind: 'Batch',
      metadata: { generateName: `by-hand-${id}-` },
      spec: { cluster: site.infinispan, config: scriptOf(commands) },
    });
    // A Batch runs once (chapter 16.2): with a name, a second `apply` would change nothing and say that all is well. So
    // `apply` refuses these, also where a whole folder is applied, and `create` runs each as often as it is asked to.
    batch.addJsonPatch(JsonPatch.remove('/metadata/name'));
  }
}

/** Some answers do not say which cache they are about, so its name stands before each. */
const scriptOf = (commands: readonly Command[]): string =>
  commands
    .flatMap(({ line, expects }) => ('cache' in expects ? [`echo ${expects.cache}`, line] : [line]))
    .map((line) => `${line}\n`)
    .join('');
