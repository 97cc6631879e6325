import { type App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { HEALTH_CHECK_REGION, nameOf } from '../configuration/names.ts';
import { runtimeConfiguration } from '../configuration/runtime.ts';
import type { DeploymentConfiguration, ExistingInstallation } from '../configuration/schema.ts';
import type { HealthChecks } from '../constructs/functions.ts';
import { AlarmStack } from './alarm-stack.ts';
import { RoutingStack } from './routing-stack.ts';
import { WorkflowStack } from './workflow-stack.ts';

export interface Stacks {
  readonly workflow: Stack;
  readonly alarms: Stack;
  /** Only of a new installation. */
  readonly routing: Stack | null;
}

/** Everything of one deployment. Needs no account to be synthesized: nothing is looked up. */
export function createStacks(app: App, deployment: DeploymentConfiguration, bundles: string): Stacks {
  const { region, accountId: account } = deployment;
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const routing =
    deployment.installation === 'new'
      ? new RoutingStack(app, nameOf(deployment, 'routing'), {
          deployment,
          env: { account, region },
          description: 'Keycloak multi-site failover: health checks and failover records.',
          // Without it nobody finds Keycloak any more.
          terminationProtection: true,
          crossRegionReferences: true,
        })
      : null;
  const workflow = new WorkflowStack(app, nameOf(deployment, 'workflow'), {
    deployment,
    runtime: runtimeConfiguration(deployment),
    healthChecks: routing?.healthChecks ?? existingChecks(deployment as ExistingInstallation),
    bundles,
    env: { account, region },
    description: 'Keycloak multi-site failover: ledger, functions and workflows.',
  });
  const alarms = new AlarmStack(app, nameOf(deployment, 'alarms'), {
    deployment,
    endpointIdOf: (site) => routing?.endpointIdOf.get(site) ?? existingIdOf(deployment, site),
    env: { account, region: HEALTH_CHECK_REGION },
    description: "Keycloak multi-site failover: the alarms on the sites' endpoints.",
    crossRegionReferences: routing !== null,
  });
  // What the alarms call is there before they are.
  alarms.addStackDependency(workflow);
  return { workflow, alarms, routing };
}

const existingIdOf = (deployment: DeploymentConfiguration, site: string): string =>
  (deployment as ExistingInstallation).sites.find(({ name }) => name === site)!.healthCheck.id;

/** As the guide left them: the endpoint check is the switch. */
function existingChecks({ sites }: ExistingInstallation): HealthChecks {
  const ids = sites.map(({ healthCheck: { id } }) => id);
  return { environment: {}, endpointIds: ids, switchIds: ids };
}
