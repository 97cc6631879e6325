import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ConfigurationError } from '../../functions/shared/errors.ts';
import { databaseStackName } from '../aws/names.ts';
import type { Environment, EnvironmentSite } from '../configuration/environment.ts';
import { keycloakOptions } from './keycloak-options.ts';

/** Chapters 5.2, 4.4 and 7.3; chapters 3.15.2 and 3.14.4 of 26.4. */
export class Keycloak extends Construct {
  constructor(scope: Construct, id: string, environment: Environment, site: EnvironmentSite) {
    super(scope, id);
    const { image, imageIsOptimized, hostname, tlsSecret } = environment.keycloak;
    new ApiObject(this, 'keycloak', {
      apiVersion: 'k8s.keycloak.org/v2alpha1',
      kind: 'Keycloak',
      metadata: { name: site.keycloak, labels: { app: 'keycloak' } },
      spec: {
        instances: site.pods,
        image,
        startOptimized: imageIsOptimized,
        hostname: { hostname },
        http: { tlsSecret },
        resources: resources(environment),
        db: database(environment),
        features: { enabled: ['multi-site'] },
        // The AWS JDBC driver has no XA. Guide 26 no longer says so: there it is off by itself.
        ...(environment.version === '24' ? { transaction: { xaEnabled: false } } : {}),
        additionalOptions: keycloakOptions(environment, site),
        ...outsideOpenShift(site),
      },
    });
  }
}

function resources({ keycloak: { sizing } }: Environment) {
  const of = (vcpu: number, megabytes: number) => ({ cpu: `${vcpu}`, memory: `${megabytes}M` });
  return {
    requests: of(sizing.cpuRequestVcpu, sizing.memoryRequestMegabytes),
    limits: of(sizing.cpuLimitVcpu, sizing.memoryLimitMegabytes),
  };
}

function database(environment: Environment) {
  const { sizing, databaseSecret } = environment.keycloak;
  const connections = sizing.databasePoolConnections;
  return {
    vendor: 'postgres',
    url: `jdbc:aws-wrapper:postgresql://${writerEndpoint(environment)}:5432/${environment.database.databaseName}`,
    poolMinSize: connections,
    poolInitialSize: connections,
    poolMaxSize: connections,
    usernameSecret: { name: databaseSecret, key: 'username' },
    passwordSecret: { name: databaseSecret, key: 'password' },
  };
}

function writerEndpoint({ deployment, database }: Environment): string {
  if (database.writerEndpoint !== null) return database.writerEndpoint;
  throw new ConfigurationError(
    `The manifests lack something:\n  environment.database.writerEndpoint: is missing; Keycloak has to know where the database is\n`,
    `Deploy ${databaseStackName(deployment)}, and copy its output WriterEndpoint there.`,
  );
}

/** What OpenShift's operator and router do by themselves: whom to trust, and how Keycloak is reached. */
function outsideOpenShift({ cluster }: EnvironmentSite) {
  if (cluster.platform === 'openshift') return {};
  const { className, annotations } = cluster.ingress;
  return {
    truststores: { 'data-grid': { secret: { name: cluster.dataGridTls.authoritySecret } } },
    ingress: {
      enabled: true,
      className,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
  };
}
