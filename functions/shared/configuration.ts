import * as v from 'valibot';
import { ConfigurationError } from './errors.ts';
import type { CacheName, SiteName } from './names.ts';

const name = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/, 'a lower-case DNS label of at most 32 characters'),
);
const siteName = v.pipe(
  name,
  v.transform((text) => text as SiteName),
);
const cacheName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_.-]+$/, 'a cache name, of letters, digits, _, . and -'),
  v.transform((text) => text as CacheName),
);
const seconds = v.pipe(v.number(), v.integer('a whole number'), v.minValue(1, 'at least 1'));

const cluster = v.strictObject({
  /** HTTPS address of the Kubernetes API server. */
  apiServer: v.pipe(v.string(), v.regex(/^https:\/\//, 'an https:// address')),
  /** PEM of the authority that signed the API server's certificate; absent: the public ones. */
  certificateAuthority: v.optional(v.string()),
  namespace: v.string(),
  token: v.variant('kind', [
    /** Secrets Manager secret whose string is the ServiceAccount's bearer token. */
    v.strictObject({ kind: v.literal('secret'), secretId: v.string() }),
    /** Made of the function's own role. */
    v.strictObject({ kind: v.literal('eks'), clusterName: v.string() }),
  ]),
  infinispan: v.string(),
  keycloak: v.string(),
});

const site = v.strictObject({
  name: siteName,
  /** Its role in the Route 53 failover records. */
  role: v.picklist(['PRIMARY', 'SECONDARY']),
  /** The switch: the CALCULATED check, or with `health-check-path` the endpoint check itself. */
  switchHealthCheckId: v.string(),
  /** The check that probes the site's own endpoint; with `health-check-path` the same as the switch. */
  endpointHealthCheckId: v.string(),
  availabilityZone: v.optional(v.string()),
  /** Keycloak's `spec.instances`, should the ledger never have seen the original. Never 0. */
  keycloakInstances: v.pipe(v.number(), v.integer(), v.minValue(1)),
  cluster,
});

const alarm = v.strictObject({
  name: v.string(),
  /** Health-check metrics, and so the alarms on them, exist in us-east-1 alone. */
  region: v.optional(v.string(), 'us-east-1'),
  kind: v.picklist(['endpoint-down', 'left-cross-site-view']),
  /** The site that the alarm says is down, or that left the view. */
  site: siteName,
  /** Refuses an alarm of that name about something else. Absent for composite alarms, which carry no metric. */
  metric: v.optional(
    v.strictObject({ namespace: v.string(), name: v.string(), dimensions: v.record(v.string(), v.string()) }),
  ),
});

/** What a deployment's configuration says in the same words. */
export const policies = {
  caches: v.pipe(v.array(cacheName), v.minLength(1, 'at least one cache')),
  /**
   * The caches' `failure-policy` for their backup. Only with FAIL is a write refused that did not reach the other site;
   * with WARN (Infinispan's default) a site that was out of view may lack writes that were answered with success.
   */
  backupFailurePolicy: v.optional(v.picklist(['FAIL', 'WARN']), 'FAIL'),
  automation: v.optional(
    v.strictObject({
      /** No second automatic move within this time unless the first is acknowledged. */
      minimumSecondsBetweenMoves: v.optional(seconds, 3600),
    }),
    {},
  ),
  bridgeCut: v.optional(
    v.strictObject({
      /** On only where the cluster's network plugin enforces NetworkPolicy. */
      enabled: v.optional(v.boolean(), false),
      /** Labels of the survivor's Data Grid pods. */
      podLabels: v.optional(v.record(v.string(), v.string()), {}),
      /** Where the other site's Data Grid is reached, per site: what the policy shuts out. */
      siteCidrs: v.optional(v.record(v.string(), v.array(v.string())), {}),
    }),
    {},
  ),
  approval: v.optional(
    v.strictObject({
      switchover: v.optional(v.boolean(), false),
      /** Asked when the last move away from the primary was automatic. */
      switchbackAfterFailover: v.optional(v.boolean(), true),
      deadlineSeconds: v.optional(seconds, 86_400),
    }),
    {},
  ),
  switchover: v.optional(v.strictObject({ isolate: v.optional(v.boolean(), true) }), {}),
  resync: v.optional(
    v.strictObject({
      /** Share by which two entry counts may differ while writes go on. */
      countTolerance: v.optional(
        v.pipe(v.number(), v.minValue(0, 'at least 0'), v.maxValue(1, 'at most 1')),
        0.02,
      ),
    }),
    {},
  ),
  targets: v.optional(
    v.strictObject({
      /** From the loss of a site until writes at the other one are good again: what reports compare with. */
      recoverySeconds: v.optional(seconds, 60),
    }),
    {},
  ),
  database: v.optional(
    v.strictObject({
      /** As Aurora keeps it, in lower case: by it the role may move this cluster and no other. */
      clusterIdentifier: v.pipe(
        v.string(),
        v.regex(
          /^(?=.{1,63}$)[a-z](-?[a-z0-9])*$/,
          'the identifier of an Aurora cluster and not its ARN, as keycloak-aurora',
        ),
      ),
      moveWriter: v.optional(v.boolean(), true),
    }),
  ),
};

const configurationSchema = v.strictObject({
  ...policies,
  deployment: name,
  sites: v.pipe(v.array(site), v.length(2, 'exactly two sites')),
  traffic: v.strictObject({
    adapter: v.picklist(['calculated-checks', 'health-check-path']),
    /** Only `health-check-path`. */
    normalPath: v.optional(v.string(), '/lb-check'),
    fencedPath: v.optional(v.string(), '/lb-check-failed-over'),
    /** Seconds that resolvers may keep the failover records. */
    recordTtlSeconds: v.optional(seconds, 60),
    /** `RequestInterval` of the endpoint checks: 10 or 30. */
    checkIntervalSeconds: v.optional(v.picklist([10, 30]), 30),
  }),
  alarms: v.array(alarm),
  /** Alertmanager's `alertname` that says a site left the view; its label `site` names the site that left. */
  alertmanager: v.optional(v.strictObject({ alertname: v.string() })),
  notification: v.strictObject({
    topicArn: v.string(),
    /** Where docs/runbook is to be read: mails link to its articles. */
    runbookUrl: v.optional(v.string()),
  }),
  ledgerTable: v.string(),
  /** Reports of operations and of readiness: what people look up. Nothing is decided by it. */
  reportsTable: v.string(),
  region: v.string(),
  accountId: v.pipe(v.string(), v.regex(/^\d{12}$/, 'twelve digits')),
});

export type Configuration = v.InferOutput<typeof configurationSchema>;
export type SiteConfiguration = Configuration['sites'][number];
export type AlarmConfiguration = Configuration['alarms'][number];

/**
 * Checks a configuration whole and names every mistake with its path, not only the first.
 * @throws ConfigurationError
 */
export function parseConfiguration(value: unknown): Configuration {
  const result = v.safeParse(configurationSchema, value);
  if (!result.success) {
    const mistakes = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`);
    throw new ConfigurationError(
      `failover.config.json is not usable: ${mistakes.join('; ')}.`,
      'Correct these fields.',
    );
  }
  const configuration = result.output;
  const mistakes: string[] = [];
  const [first, second] = configuration.sites;
  if (first!.name === second!.name) mistakes.push(`sites: both are named ${first!.name}`);
  if (first!.role === second!.role)
    mistakes.push(`sites: both are ${first!.role}; one is PRIMARY, one SECONDARY`);
  for (const [index, each] of configuration.alarms.entries()) {
    if (!configuration.sites.some((known) => known.name === each.site)) {
      mistakes.push(
        `alarms.${index}.site: there is no site ${each.site}; sites are ${first!.name}, ${second!.name}`,
      );
    }
  }
  if (mistakes.length > 0) {
    throw new ConfigurationError(
      `failover.config.json is not usable: ${mistakes.join('; ')}.`,
      'Correct these fields.',
    );
  }
  return configuration;
}

/** @throws ConfigurationError when the configuration names no such site. */
export function siteOf(configuration: Configuration, site: string): SiteConfiguration {
  const found = configuration.sites.find((each) => each.name === site);
  if (found === undefined) {
    const known = configuration.sites.map((each) => each.name).join(', ');
    throw new ConfigurationError(`There is no site "${site}".`, `Sites are ${known}.`);
  }
  return found;
}

export const otherSiteOf = (configuration: Configuration, site: SiteName): SiteConfiguration =>
  configuration.sites.find((each) => each.name !== site)!;

export const primaryOf = (configuration: Configuration): SiteConfiguration =>
  configuration.sites.find((each) => each.role === 'PRIMARY')!;
