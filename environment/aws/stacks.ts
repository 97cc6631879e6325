import type { App, Stack } from 'aws-cdk-lib';
import { nameOf } from '../../infra/configuration/names.ts';
import type { Environment } from '../configuration/environment.ts';
import { DatabaseStack } from './database-stack.ts';

export interface EnvironmentStacks {
  /** Null where the database is there already. */
  readonly database: Stack | null;
}

/** What AWS holds before there is anything to fail over. Nothing is looked up, so no account is needed. */
export function createEnvironmentStacks(app: App, environment: Environment): EnvironmentStacks {
  const { deployment, database } = environment;
  const env = { account: deployment.accountId, region: deployment.region };
  return {
    database:
      database.kind === 'create'
        ? new DatabaseStack(app, nameOf(deployment, 'database'), {
            database,
            env,
            description: "Keycloak multi-site: the database in both sites' zones, and the ways to it.",
            // Without it nobody can log in any more.
            terminationProtection: true,
          })
        : null,
  };
}
