import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseConfiguration } from '../../functions/shared/configuration.ts';
import { fromEnvironment } from '../../functions/shared/environment.ts';
import { readConfiguration } from '../../functions/shared/lambda.ts';
import { jsonSchema, jsonSchemaText, propertiesOf } from '../../infra/configuration/json-schema.ts';
import { POLICY_DESCRIPTIONS } from '../../infra/configuration/policy-descriptions.ts';
import { runtimeConfiguration } from '../../infra/configuration/runtime.ts';
import { mistakes } from './mistakes.ts';
import { example, withTokens } from './synthesis.ts';

describe("a deployment's configuration", () => {
  it('every mistake is named at once, with its path and what would be right', () => {
    const found = mistakes('existing', (file) => {
      delete file.region;
      file.sites[1].name = 'site-a';
      file.sites[1].role = 'PRIMARY';
      file.sites[0].cluster.apiServer = 'http://api.example.test';
      file.sites[0].cluster.tokne = {};
      file.sites[0].keycloakInstances = 0;
      file.caches.push('work');
      file.accountId = '12';
      file.traffic.checkIntervalSeconds = 20;
    });
    expect([...found].sort()).toEqual([
      'accountId: "12" must be twelve digits',
      'caches: work is named more than once; once is right',
      'region: is missing; it must be given',
      'sites.0.cluster.apiServer: "http://api.example.test" must be an https:// address',
      'sites.0.cluster.tokne: there is no such field; the fields are apiServer, certificateAuthority, namespace, infinispan, keycloak, token',
      'sites.0.keycloakInstances: 0 must be at least 1',
      'sites.1.name: both sites are named site-a; each needs a name of its own',
      'sites.1.role: both sites are PRIMARY; one must be PRIMARY and one SECONDARY',
      'traffic.checkIntervalSeconds: is 20; it must be 10 or 30',
    ]);
  });

  it.each<[string, 'existing' | 'new', (file: never) => void, RegExp]>([
    [
      'neither way in',
      'new',
      (file: { installation: string }) => {
        file.installation = 'other';
      },
      /^installation: is "other"; it must be "existing" or "new"$/,
    ],
    [
      'no cache',
      'existing',
      (file: { caches: string[] }) => {
        file.caches = [];
      },
      /^caches: is empty; it must be at least one cache$/,
    ],
    [
      'a third site',
      'existing',
      (file: { sites: object[] }) => {
        file.sites.push(file.sites[0]!);
      },
      /^sites: has 3; it must be exactly two sites$/,
    ],
    [
      'a share above the whole',
      'new',
      (file: { resync: object }) => {
        file.resync = { countTolerance: 2 };
      },
      /^resync\.countTolerance: 2 must be at most 1$/,
    ],
    [
      'no time at all',
      'new',
      (file: { automation: object }) => {
        file.automation = { minimumSecondsBetweenMoves: 0 };
      },
      /^automation\.minimumSecondsBetweenMoves: 0 must be at least 1$/,
    ],
    [
      'one check for both sites',
      'existing',
      (file: { sites: { healthCheck: { id: string } }[] }) => {
        file.sites[1]!.healthCheck.id = file.sites[0]!.healthCheck.id;
      },
      /^sites\.1\.healthCheck\.id: both sites have /,
    ],
    [
      'no token',
      'new',
      (file: { sites: { cluster: { token: object } }[] }) => {
        file.sites[0]!.cluster.token = {};
      },
      /^sites\.0\.cluster\.token: must have either secretId, perhaps with kmsKeyArn, or eksClusterName$/,
    ],
    [
      'two ways to a token',
      'existing',
      (file: { sites: { cluster: { token: object } }[] }) => {
        file.sites[0]!.cluster.token = { secretId: 'sso-site-a-token', eksClusterName: 'keycloak-a' };
      },
      /^sites\.0\.cluster\.token: must have either secretId, perhaps with kmsKeyArn, or eksClusterName$/,
    ],
    [
      'a token that is misspelled',
      'new',
      (file: { sites: { cluster: { token: object } }[] }) => {
        file.sites[0]!.cluster.token = { eksClusterName: 'keycloak-a', kmsKey: 'x' };
      },
      /^sites\.0\.cluster\.token: must have either secretId, perhaps with kmsKeyArn, or eksClusterName$/,
    ],
    [
      'an alias where the key is needed',
      'new',
      (file: { sites: { cluster: { token: object } }[] }) => {
        file.sites[0]!.cluster.token = { secretId: 'x', kmsKeyArn: 'alias/failover' };
      },
      /^sites\.0\.cluster\.token\.kmsKeyArn: "alias\/failover" must be the ARN of a key, /,
    ],
    [
      'a zone that is missing',
      'new',
      (file: { sites: { availabilityZone?: string }[] }) => {
        delete file.sites[1]!.availabilityZone;
      },
      /^sites\.1\.availabilityZone: is missing; database\.moveWriter needs the zone of site-b$/,
    ],
    [
      'a site that there is not',
      'new',
      (file: { bridgeCut: { siteCidrs: Record<string, string[]> } }) => {
        file.bridgeCut.siteCidrs['site-c'] = [];
      },
      /^bridgeCut\.siteCidrs\.site-c: there is no such site; the sites are site-a, site-b$/,
    ],
    [
      'a site whose metric is missing',
      'new',
      (file: { crossSiteView: { metric: { dimensionsOf: object } } }) => {
        file.crossSiteView.metric.dimensionsOf = { 'site-a': { site: 'site-a' } };
      },
      /^crossSiteView\.metric\.dimensionsOf\.site-b: is missing/,
    ],
    [
      'a fence that answers',
      'existing',
      (file: { traffic: { fencedPath: string } }) => {
        file.traffic.fencedPath = '/lb-check';
      },
      /^traffic\.fencedPath: is the same as normalPath/,
    ],
    [
      'an interval for created checks',
      'new',
      (file: { traffic: object }) => {
        file.traffic = { checkIntervalSeconds: 30 };
      },
      /^traffic\.checkIntervalSeconds: there is no such field; the fields are recordTtlSeconds$/,
    ],
  ] as never)('refuses %s', (_, installation, change, says) => {
    const found = mistakes(installation, change as never);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(says);
  });

  it('the JSON Schema by which editors complete it is up to date (npm run schema)', () => {
    const text = readFileSync(new URL('../../infra/failover.config.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(text)).toEqual(JSON.parse(jsonSchemaText()));
  });

  it('an editor shows of every field, at any depth, what it means', () => {
    const properties = propertiesOf(jsonSchema());
    const undescribed = properties.filter(([, { description = '' }]) => !/^\S.*[.!]$/.test(description));
    expect(undescribed.map(([path]) => path)).toEqual([]);
    expect(properties.length).toBeGreaterThan(90);
    const paths = properties.map(([path]) => path);
    expect(Object.keys(POLICY_DESCRIPTIONS).filter((path) => !paths.includes(path))).toEqual([]);
  });

  it('makes the token of an EKS cluster from the role, and hands no key to the functions', () => {
    const { sites } = runtimeConfiguration(
      example(
        'existing',
        withTokens(
          { eksClusterName: 'keycloak-a' },
          { secretId: 'b', kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd' },
        ),
      ),
    );
    expect(sites.map(({ cluster }) => cluster.token)).toEqual([
      { kind: 'eks', clusterName: 'keycloak-a' },
      { kind: 'secret', secretId: 'b' },
    ]);
  });

  it('becomes what the functions read: an existing check is endpoint and switch in one', () => {
    const runtime = runtimeConfiguration(example('existing'));
    const { traffic, sites, alarms, notification, ledgerTable, reportsTable, alertmanager } = runtime;
    expect(traffic.adapter).toBe('health-check-path');
    expect(sites[0]).toMatchObject({
      switchHealthCheckId: '11111111-1111-4111-8111-111111111111',
      endpointHealthCheckId: '11111111-1111-4111-8111-111111111111',
      cluster: { token: { kind: 'secret', secretId: 'sso-site-a-token' } },
    });
    expect(alarms.map(({ name, region }) => [name, region])).toEqual([
      ['sso-site-a-endpoint', 'us-east-1'],
      ['sso-site-b-endpoint', 'us-east-1'],
    ]);
    expect(notification.topicArn).toBe('arn:aws:sns:eu-west-1:123456789012:sso-on-call');
    expect(ledgerTable).toBe('sso-ledger');
    expect(reportsTable).toBe('sso-reports');
    expect(runtime.targets).toEqual({ recoverySeconds: 60 });
    expect(alertmanager).toEqual({ alertname: 'SiteOffline' });
  });

  it("created checks' ids come from the environment when the function starts", () => {
    const file = runtimeConfiguration(example('new'));
    const environment = {
      PRIMARY_ENDPOINT_HEALTH_CHECK_ID: 'endpoint-1',
      PRIMARY_SWITCH_HEALTH_CHECK_ID: 'switch-1',
      SECONDARY_ENDPOINT_HEALTH_CHECK_ID: 'endpoint-2',
      SECONDARY_SWITCH_HEALTH_CHECK_ID: 'switch-2',
    };
    const { sites, alarms } = parseConfiguration(fromEnvironment(file, environment));
    expect(sites.map((site) => [site.switchHealthCheckId, site.endpointHealthCheckId])).toEqual([
      ['switch-1', 'endpoint-1'],
      ['switch-2', 'endpoint-2'],
    ]);
    expect(alarms[1]!.metric!.dimensions).toEqual({ HealthCheckId: 'endpoint-2' });
  });

  it('a function that starts reads the file beside it so', () => {
    const folder = mkdtempSync(join(tmpdir(), 'runtime-'));
    const file = join(folder, 'failover.config.json');
    const set: Readonly<Record<string, string>> = {
      FAILOVER_CONFIG_FILE: file,
      PRIMARY_ENDPOINT_HEALTH_CHECK_ID: 'endpoint-1',
      PRIMARY_SWITCH_HEALTH_CHECK_ID: 'switch-1',
      SECONDARY_ENDPOINT_HEALTH_CHECK_ID: 'endpoint-2',
      SECONDARY_SWITCH_HEALTH_CHECK_ID: 'switch-2',
    };
    try {
      writeFileSync(file, JSON.stringify(runtimeConfiguration(example('new'))));
      Object.assign(process.env, set);
      expect(readConfiguration().sites[1]!.switchHealthCheckId).toBe('switch-2');
    } finally {
      for (const name of Object.keys(set)) delete process.env[name];
      rmSync(folder, { recursive: true });
    }
  });

  it('a variable that is not set is named, and nothing runs with half an id', () => {
    expect(() => fromEnvironment(runtimeConfiguration(example('new')), {})).toThrow(
      /environment variable PRIMARY_\w+_HEALTH_CHECK_ID, which is not set/,
    );
  });
});
