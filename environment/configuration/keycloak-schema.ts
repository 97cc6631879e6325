import * as v from 'valibot';
import { domainName, matching } from '../../infra/configuration/schema.ts';
import { nameInNamespace, wholeNumber } from './shapes.ts';

/** More than any node has, and no mistake in the unit yet. */
const MOST_MEGABYTES = 4_000_000;
const MOST_VCPU = 100_000;

const vcpu = (description: string) =>
  v.pipe(
    v.number(),
    v.minValue(0.001, 'must be at least 0.001'),
    v.maxValue(MOST_VCPU, `must be at most ${MOST_VCPU}`),
    v.check(
      (number) => Math.abs(number * 1000 - Math.round(number * 1000)) < 1e-6,
      'must be whole thousandths',
    ),
    v.description(description),
  );

const megabytes = (description: string) => wholeNumber(1, MOST_MEGABYTES, description);

/** Of one pod. `npm run size` gives all of it. */
const sizingSchema = v.strictObject({
  cpuRequestVcpu: vcpu('CPU that is requested for a pod.'),
  cpuLimitVcpu: vcpu('CPU that a pod may use.'),
  memoryRequestMegabytes: megabytes('Memory that is requested for a pod, in 1,000,000 bytes.'),
  memoryLimitMegabytes: megabytes('Memory that a pod may use, in 1,000,000 bytes.'),
  httpPoolMaxThreads: wholeNumber(1, 200, 'http-pool-max-threads: requests that a pod works on at once.'),
  httpMaxQueuedRequests: wholeNumber(
    1,
    1_000_000,
    'http-max-queued-requests: requests that wait in a pod before it sheds load.',
  ),
  databasePoolConnections: wholeNumber(
    1,
    5_000,
    "Connections of a pod to the database: its pool's initial, minimum and maximum size.",
  ),
});

export const keycloakSchema = v.strictObject({
  version: v.pipe(
    v.picklist(['24', '26']),
    v.description('Whose guide counts: 24 is that of 24 and 25, 26 that of 26 and later.'),
  ),
  image: matching(
    /^\S+$/,
    'an image without blanks, as registry.example.test/keycloak:26',
    'The image, prepared with the AWS JDBC driver.',
  ),
  imageIsOptimized: v.optional(
    v.pipe(v.boolean(), v.description("The operator's startOptimized: the image was built by kc.sh build.")),
    false,
  ),
  hostname: v.optional(
    domainName('The name that clients ask for. Given by dns.clientDomain of a new installation.'),
  ),
  sizing: v.pipe(sizingSchema, v.description('What one pod gets: npm run size.')),
  tlsSecret: v.optional(
    nameInNamespace("Secret with Keycloak's certificate and key."),
    'keycloak-tls-secret',
  ),
  databaseSecret: v.optional(
    nameInNamespace('Secret with username and password for the database.'),
    'keycloak-db-secret',
  ),
  remoteStoreSecret: v.optional(
    nameInNamespace('Secret with username and password for the Data Grid.'),
    'remote-store-secret',
  ),
});

export type Sizing = v.InferOutput<typeof sizingSchema>;
