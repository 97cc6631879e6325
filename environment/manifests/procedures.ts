import { type Environment, type EnvironmentSite, otherSite } from '../configuration/environment.ts';
import { BY_HAND } from './by-hand.ts';
import { kubectl } from './order.ts';

/** Chapters 10, 11 and 12 at the Data Grid and Keycloak, by the Batches in `by-hand/`. */
export function procedures(environment: Environment): readonly string[] {
  const [primary, secondary] = environment.sites;
  return [
    '## By hand what the automation does',
    '',
    'Disarm the automation first (README.md of the product, *Stop automation*), and tell it afterwards by *adopt*. A Batch runs',
    'at the site that is named, about the other one. Succeeded proves nothing: read what it printed.',
    '',
    '    by_hand() { # site step',
    `      case $1 in ${environment.sites.map(({ name, namespace }) => `${name}) local namespace=${namespace} ;;`).join(' ')} esac`,
    `      local batch; batch=$(kubectl --context $1 create -o name -f $1/${BY_HAND}/$2.yaml) || return`,
    "      kubectl --context $1 -n $namespace wait --for=jsonpath='{.status.phase}'=Succeeded --timeout=300s $batch",
    '      kubectl --context $1 -n $namespace logs --tail=-1 -c batch -l infinispan_batch=${batch#*/}',
    '    }',
    '',
    'Looking only, at any time: `status`, `view`, `count`, `push-status`, `describe-caches`.',
    '',
    ...[primary, secondary].flatMap((site) => switchOver(environment, site)),
    ...[secondary, primary].flatMap((site) => recover(environment, site)),
  ];
}

function switchOver(environment: Environment, from: EnvironmentSite): readonly string[] {
  const to = otherSite(environment, from);
  return [
    `### ${to.name} on its own, as when ${from.name} is lost or taken away (chapter 10)`,
    '',
    `    by_hand ${to.name} take-offline`,
    '',
    'Each cache must say `ok`, then `offline`; else once more. Aurora and Route 53 as in the chapter.',
    '',
  ];
}

/** The source serves, and what the other one holds is thrown away. */
function recover(environment: Environment, stale: EnvironmentSite): readonly string[] {
  const source = otherSite(environment, stale);
  const instances = (count: number) =>
    `    ${kubectl(stale, `patch keycloaks.k8s.keycloak.org/${stale.keycloak} --type merge -p '{"spec":{"instances":${count}}}'`)}`;
  return [
    `### ${stale.name} anew from ${source.name}, which serves (chapter ${stale.role === 'PRIMARY' ? 12 : 11})`,
    '',
    `1. Keycloak off at ${stale.name}, until no pod of it is left:`,
    '',
    `   ${instances(0)}`,
    '',
    `2. ${stale.name} must send nothing to ${source.name}, or the next step empties both. Go on only when each cache says \`offline\`:`,
    '',
    `       by_hand ${stale.name} take-offline`,
    '',
    `3. Empty ${stale.name}; every approximate_entries_unique at the end is 0:`,
    '',
    `       by_hand ${stale.name} clear`,
    '',
    '4. Each cache must say `ok`, then `online`:',
    '',
    `       by_hand ${stale.name} bring-online`,
    '',
    `5. Forget earlier transfers, then send; each cache must be \`online\`:`,
    '',
    `       by_hand ${source.name} prepare-push`,
    `       by_hand ${source.name} push`,
    '',
    `6. Again and again until each cache says \`OK\`; one that says \`ERROR\` is sent anew alone, as by \`push-work\`:`,
    '',
    `       by_hand ${source.name} push-status`,
    '',
    '7. OK alone does not prove it: `approximate_entries_unique` of each cache must be about the same at both.',
    '',
    `       by_hand ${source.name} count`,
    `       by_hand ${stale.name} count`,
    `       by_hand ${source.name} end-push`,
    '',
    `8. Keycloak on again at ${stale.name}:`,
    '',
    `   ${instances(stale.pods)}`,
    '',
    ...(stale.role === 'PRIMARY'
      ? [`9. Aurora's writer and Route 53 back to ${stale.name}, as in the chapter (12.2.2, 12.2.3).`, '']
      : []),
  ];
}
