import type { App, Stack } from 'aws-cdk-lib';
import { nameOf } from '../../infra/configuration/names.ts';
import type { Environment } from '../configuration/environment.ts';
import { DatabaseStack } from './database-stack.ts';
import { databaseStackName } from './names.ts';
import { SiteRecordsStack } from './site-records-stack.ts';

export interface EnvironmentStacks {
  /** Null where the database is there already. */
  readonly database: Stack | null;
  /** Null where the sites' own records are there already. */
  readonly siteRecords: Stack | null;
}

/**
 * What AWS holds before there is anything to fail over. Nothing is looked up, so no account is needed.
 * @param routing the core's stack of failover records, should it make them
 */
export function createEnvironmentStacks(
  app: App,
  environment: Environment,
  routing: Stack | null,
): EnvironmentStacks {
  const { deployment, database, sites, siteRecords: records } = environment;
  const env = { account: deployment.accountId, region: deployment.region };
  const siteRecords =
    records === null
      ? null
      : new SiteRecordsStack(app, nameOf(deployment, 'site-records'), {
          sites,
          records,
          env,
          description: "Keycloak multi-site: the sites' own names.",
          // Without it nobody finds Keycloak any more.
          terminationProtection: true,
        });
  // Route 53 takes no alias of a name that is not there.
  if (siteRecords !== null) routing?.addStackDependency(siteRecords);
  return {
    siteRecords,
    database:
      database.kind === 'create'
        ? new DatabaseStack(app, databaseStackName(deployment), {
            database,
            logRetentionDays: deployment.logRetentionDays,
            env,
            description: "Keycloak multi-site: the database in both sites' zones, and the ways to it.",
            // Without it nobody can log in any more.
            terminationProtection: true,
          })
        : null,
  };
}
