import * as v from 'valibot';
import { policies } from '../../functions/shared/configuration.ts';

export const described = (description: string) =>
  v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.description(description));

export const matching = (pattern: RegExp, what: string, description: string) =>
  v.pipe(v.string(), v.regex(pattern, `must be ${what}`), v.description(description));

const label = (description: string) =>
  matching(
    /^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/,
    'a lower-case DNS label of at most 32 characters, as site-a',
    description,
  );

export const domainName = (description: string) =>
  matching(
    /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]{2,}$/,
    'a domain name, as site-a.example.test',
    description,
  );

const path = (description: string) => matching(/^\//, 'a path, as /lb-check', description);

const clusterFields = {
  apiServer: matching(/^https:\/\//, 'an https:// address', 'HTTPS address of the Kubernetes API server.'),
  certificateAuthority: v.optional(
    described("PEM of the authority that signed the API server's certificate. Without it: the public ones."),
  ),
  namespace: described('Namespace of Keycloak and Data Grid.'),
  infinispan: described('Name of the Infinispan resource.'),
  keycloak: described('Name of the Keycloak resource.'),
  token: v.pipe(
    v.union(
      [
        v.strictObject({
          secretId: described(
            "Name or ARN of the Secrets Manager secret whose whole string is the ServiceAccount's bearer token.",
          ),
          kmsKeyArn: v.optional(
            matching(
              /^arn:aws[-a-z]*:kms:[-a-z0-9]+:\d{12}:key\/[-a-z0-9]+$/,
              'the ARN of a key, as arn:aws:kms:eu-west-1:123456789012:key/…',
              "ARN of the customer-managed key that encrypts the secret. Without it: Secrets Manager's own.",
            ),
          ),
        }),
        v.strictObject({
          eksClusterName: described(
            "Name of the EKS cluster: the token is made of the function's own role, and no secret is stored.",
          ),
        }),
      ],
      'must have either secretId, perhaps with kmsKeyArn, or eksClusterName',
    ),
    v.description('How the functions prove to the API server who they are.'),
  ),
};

const cluster = v.pipe(
  v.strictObject(clusterFields),
  v.description("The site's Kubernetes cluster and what of Keycloak is in it."),
);

const site = {
  name: label('Name of the site, as its Data Grid knows it.'),
  role: v.pipe(v.picklist(['PRIMARY', 'SECONDARY']), v.description('Its role in the failover records.')),
  availabilityZone: v.optional(described("Where Aurora's writer is to be while this site serves.")),
  keycloakInstances: v.pipe(
    v.number(),
    v.integer('must be a whole number'),
    v.minValue(1, 'must be at least 1'),
    v.description("Keycloak's spec.instances, should the ledger never have seen the original."),
  ),
  cluster,
};

const twoSites = <const Schema extends v.GenericSchema>(schema: Schema) =>
  v.pipe(
    v.array(schema),
    v.length(2, 'must be exactly two sites'),
    v.description('Both sites, of one AWS region: one PRIMARY, one SECONDARY.'),
  );

/** The days that CloudWatch Logs takes, up to two years. */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

/** How often readiness looks, and so the least time about which its alarm can say something. */
export const READINESS_SECONDS = 300;

const seconds = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be at least 1'),
  v.description('Seconds that resolvers may keep the failover records, or what they are an alias of.'),
);

/** @param prefix of the id, as EC2 gives it in its short and in its long form */
export const ec2Id = (prefix: string, what: string, description: string) =>
  matching(
    new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
    `the id of a ${what}, as ${prefix}-0a1b2c3d`,
    description,
  );

const ec2Ids = (prefix: string, what: string, atLeast: string, description: string) =>
  v.pipe(v.array(ec2Id(prefix, what, `A ${what}.`)), v.minLength(1, atLeast), v.description(description));

const common = {
  $schema: v.optional(v.pipe(v.string(), v.description('Path to this file, by which editors complete.'))),
  deployment: label('Prefix of every name; one account can hold several deployments.'),
  accountId: matching(/^\d{12}$/, 'twelve digits', 'The AWS account.'),
  region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region, as eu-west-1', "The sites' AWS region."),
  ...policies,
  crossSiteView: v.optional(
    v.pipe(
      v.strictObject({
        alertmanager: v.optional(
          v.pipe(
            v.strictObject({
              alertname: described("The alert's name. Its label site names the site that left the view."),
              principalArns: v.optional(
                v.pipe(
                  v.array(
                    matching(
                      /^arn:aws[-a-z]*:(iam|sts)::\d{12}:/,
                      'the ARN of a role or a user',
                      'A role or a user.',
                    ),
                  ),
                  v.description(
                    "Whom the alarms' topic lets publish: the roles of the sites' Alertmanagers.",
                  ),
                ),
                [],
              ),
            }),
            v.description(
              "Alerts that come by Alertmanager's SNS receiver to the topic <deployment>-view-alarms.",
            ),
          ),
        ),
        metric: v.optional(
          v.pipe(
            v.strictObject({
              namespace: described('CloudWatch namespace into which the agent or ADOT writes.'),
              name: described('The metric: 1 while the site is in the view, 0 when it left.'),
              dimensionsOf: v.pipe(
                v.record(
                  v.string(),
                  v.pipe(
                    v.record(v.string(), v.pipe(v.string(), v.minLength(1, 'must not be empty'))),
                    v.minEntries(1, 'must be at least one dimension'),
                  ),
                ),
                v.description('Per site the dimensions of the metric that says that this site left.'),
              ),
            }),
            v.description('A CloudWatch metric that the agent or ADOT scrapes; the alarm is on its minimum.'),
          ),
        ),
      }),
      v.minEntries(1, 'must be alertmanager, metric or both, or be left out'),
      v.description('How a lost cross-site view gets in. Without it only endpoints are watched.'),
    ),
  ),
  notification: v.pipe(
    v.strictObject({
      emails: v.pipe(
        v.array(v.pipe(v.string(), v.email('must be a mail address'))),
        v.minLength(1, 'at least one address, or nobody is told'),
        v.description('Who is told. Each confirms a first mail of SNS.'),
      ),
      runbookUrl: v.optional(
        matching(
          /^https:\/\/.*[^/]$/,
          'an https:// address without / at the end',
          'Where docs/runbook is to be read; the alarms link there.',
        ),
      ),
    }),
    v.description('Who is told, and where they read on.'),
  ),
  alarms: v.optional(
    v.pipe(
      v.strictObject({
        notReadySeconds: v.optional(
          v.pipe(
            v.number(),
            v.integer('must be a whole number'),
            v.minValue(READINESS_SECONDS, 'must be at least 300'),
            v.maxValue(86_400, 'must be at most 86400, a day'),
            v.multipleOf(READINESS_SECONDS, 'must be a multiple of 300'),
            v.description(
              'Seconds for which a failover could not succeed, or nobody looked, before a person is told.',
            ),
          ),
          600,
        ),
        operationHeldSeconds: v.optional(
          v.pipe(
            v.number(),
            v.integer('must be a whole number'),
            v.minValue(60, 'must be at least 60'),
            v.description(
              'Seconds that one workflow may hold the operation. Longer than a resync of your caches takes.',
            ),
          ),
          7200,
        ),
        disarmedSeconds: v.optional(
          v.pipe(
            v.number(),
            v.integer('must be a whole number'),
            v.minValue(60, 'must be at least 60'),
            v.description('Seconds that automation may be disarmed. Longer than a maintenance takes.'),
          ),
          14_400,
        ),
      }),
      v.description("From when on the deployment's own alarms tell a person."),
    ),
    {},
  ),
  network: v.optional(
    v.pipe(
      v.strictObject({
        subnetIds: ec2Ids(
          'subnet',
          'subnet',
          'at least one subnet',
          'Subnets from which the Kubernetes APIs are reached, in two zones.',
        ),
        securityGroupIds: ec2Ids(
          'sg',
          'security group',
          'at least one group',
          'Security groups of the functions: out to the Kubernetes APIs and to AWS.',
        ),
      }),
      v.description(
        'Only where the Kubernetes APIs are private. The subnets need a way to AWS: NAT or endpoints.',
      ),
    ),
  ),
  reservedConcurrency: v.optional(
    v.pipe(
      v.number(),
      v.integer('must be a whole number'),
      v.minValue(2, 'must be at least 2'),
      v.description('Reserved for reconcile. Not possible in an account whose whole quota is 10.'),
    ),
  ),
  logRetentionDays: v.optional(
    v.pipe(v.picklist(RETENTION_DAYS), v.description('How long logs are kept.')),
    90,
  ),
  environment: v.optional(
    v.pipe(
      v.record(v.string(), v.unknown()),
      v.description(
        'What stands before a failover can be automated: read and checked by environment/ alone.',
      ),
    ),
  ),
};

const installation = <const Kind extends string>(kind: Kind) =>
  v.pipe(
    v.literal(kind),
    v.description(
      "existing: the guide's health checks and failover records are there. new: the app makes them.",
    ),
  );

/** The guide's chapter 8 is there: health checks and records are given and keep their form. */
export const existingInstallation = v.strictObject({
  installation: installation('existing'),
  ...common,
  sites: twoSites(
    v.strictObject({
      ...site,
      healthCheck: v.pipe(
        v.strictObject({
          id: matching(
            /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
            'the id of a health check, as 11111111-1111-4111-8111-111111111111',
            "Id of the site's health check in Route 53, which its failover record names.",
          ),
        }),
        v.description("The guide's endpoint check of the site. It stays as it is; its path is the switch."),
      ),
    }),
  ),
  traffic: v.optional(
    v.pipe(
      v.strictObject({
        normalPath: v.optional(path('Path of the checks while they probe.'), '/lb-check'),
        fencedPath: v.optional(path('A path that answers neither 2xx nor 3xx.'), '/lb-check-failed-over'),
        recordTtlSeconds: v.optional(seconds, 60),
        checkIntervalSeconds: v.optional(
          v.pipe(v.picklist([10, 30]), v.description('RequestInterval of the checks.')),
          30,
        ),
      }),
      v.description('What the health checks and records are like.'),
    ),
    {},
  ),
});

/** The app creates endpoint checks, calculated checks and failover records. */
export const newInstallation = v.strictObject({
  installation: installation('new'),
  ...common,
  sites: twoSites(
    v.strictObject({
      ...site,
      healthCheck: v.pipe(
        v.strictObject({
          endpointDomain: domainName("The site's own name: an A record in the hosted zone."),
          port: v.optional(
            v.pipe(
              v.number(),
              v.integer('must be a whole number'),
              v.minValue(1, 'must be 1 to 65535'),
              v.maxValue(65_535, 'must be 1 to 65535'),
              v.description('Port of HTTPS that the check asks.'),
            ),
            443,
          ),
          path: v.optional(path('What the check asks for.'), '/lb-check'),
        }),
        v.description('The endpoint check to create for the site.'),
      ),
    }),
  ),
  dns: v.pipe(
    v.strictObject({
      hostedZoneId: matching(
        /^Z[A-Z0-9]+$/,
        'the id of a hosted zone, as Z0123456789EXAMPLE',
        'The hosted zone.',
      ),
      clientDomain: domainName('The name that clients ask for.'),
    }),
    v.description('Where the failover records are created.'),
  ),
  traffic: v.optional(
    v.pipe(
      v.strictObject({ recordTtlSeconds: v.optional(seconds, 60) }),
      v.description('What the records are like.'),
    ),
    {},
  ),
});

export const deploymentSchema = v.variant('installation', [existingInstallation, newInstallation]);

export type ExistingInstallation = v.InferOutput<typeof existingInstallation>;
export type NewInstallation = v.InferOutput<typeof newInstallation>;
export type DeploymentConfiguration = ExistingInstallation | NewInstallation;

/** Fields that mean the same to the functions. */
export const policyNames = Object.keys(policies) as readonly (keyof typeof policies)[];
