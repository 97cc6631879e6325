import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnHealthCheck, CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { nameOf } from '../configuration/names.ts';
import { checkVariables, NEW_CHECK_INTERVAL_SECONDS } from '../configuration/runtime.ts';
import type { NewInstallation } from '../configuration/schema.ts';
import type { HealthChecks } from '../constructs/functions.ts';

/**
 * Positions before anybody decided anything: PRIMARY follows its endpoint, SECONDARY is always healthy. Never to be
 * changed: from the first decision on the ledger owns them, and an update of the resource would write them again.
 */
const FIRST_THRESHOLDS = { PRIMARY: 1, SECONDARY: 0 } as const;

/**
 * Route 53 of a new installation: over each site's endpoint check a CALCULATED check, which is the switch, and the
 * failover records that name the switches. Ids and tags go by role, so that nothing a person may change in the
 * configuration changes a switch's properties and has CloudFormation write it.
 */
export class RoutingStack extends Stack {
  readonly healthChecks: HealthChecks;
  readonly endpointIdOf: ReadonlyMap<string, string>;

  constructor(scope: Construct, id: string, props: StackProps & { readonly deployment: NewInstallation }) {
    super(scope, id, props);
    const { deployment } = props;
    const checks = deployment.sites.map((site) => {
      const { role, healthCheck } = site;
      const tag = (what: string) => ({
        key: 'Name',
        value: nameOf(deployment, `${role.toLowerCase()}-${what}`),
      });
      const endpoint = new CfnHealthCheck(this, `${role}Endpoint`, {
        healthCheckConfig: {
          type: 'HTTPS',
          fullyQualifiedDomainName: healthCheck.endpointDomain,
          port: healthCheck.port,
          resourcePath: healthCheck.path,
          requestInterval: NEW_CHECK_INTERVAL_SECONDS,
          failureThreshold: 1,
          enableSni: true,
        },
        healthCheckTags: [tag('endpoint')],
      });
      const switched = new CfnHealthCheck(this, `${role}Switch`, {
        healthCheckConfig: {
          type: 'CALCULATED',
          childHealthChecks: [endpoint.attrHealthCheckId],
          healthThreshold: FIRST_THRESHOLDS[role],
        },
        healthCheckTags: [tag('switch')],
      });
      new CfnRecordSet(this, `${role}Record`, {
        hostedZoneId: deployment.dns.hostedZoneId,
        name: deployment.dns.clientDomain,
        type: 'A',
        failover: role,
        setIdentifier: nameOf(deployment, role.toLowerCase()),
        healthCheckId: switched.attrHealthCheckId,
        aliasTarget: {
          dnsName: healthCheck.endpointDomain,
          hostedZoneId: deployment.dns.hostedZoneId,
          // The switch alone decides. What the target's own health says must not overrule a fence.
          evaluateTargetHealth: false,
        },
      });
      return { site, endpoint: endpoint.attrHealthCheckId, switch: switched.attrHealthCheckId };
    });
    this.healthChecks = {
      environment: Object.fromEntries(
        checks.flatMap((check) => {
          const variables = checkVariables(check.site.role);
          return [
            [variables.endpoint, check.endpoint],
            [variables.switch, check.switch],
          ];
        }),
      ),
      endpointIds: checks.map(({ endpoint }) => endpoint),
      switchIds: checks.map((check) => check.switch),
    };
    this.endpointIdOf = new Map(checks.map(({ site, endpoint }) => [site.name, endpoint]));
  }
}
