import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadYaml } from '@kubernetes/client-node';
import { parseConfiguration } from '../../functions/shared/configuration.ts';
import { fromEnvironment } from '../../functions/shared/environment.ts';
import { parseDeployment } from '../../infra/configuration/parse.ts';
import { runtimeConfiguration } from '../../infra/configuration/runtime.ts';
import { A, B, inSync } from '../ledger/example.ts';
import { Incident } from './incident.ts';
import { type Json, sample } from './samples.ts';

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const DEPLOY_GUIDE = text('docs/deploy.md');

/** What a person deploys from one of the examples, with the health checks of the story. */
async function deployed(installation: 'existing' | 'new'): Promise<Incident> {
  const deployment = parseDeployment(JSON.parse(text(`infra/examples/${installation}/failover.config.json`)));
  if (deployment.installation === 'existing')
    for (const site of deployment.sites) site.healthCheck.id = `endpoint-${site.name}`;
  const configuration = parseConfiguration(
    fromEnvironment(runtimeConfiguration(deployment), {
      PRIMARY_ENDPOINT_HEALTH_CHECK_ID: 'endpoint-site-a',
      PRIMARY_SWITCH_HEALTH_CHECK_ID: 'switch-site-a',
      SECONDARY_ENDPOINT_HEALTH_CHECK_ID: 'endpoint-site-b',
      SECONDARY_SWITCH_HEALTH_CHECK_ID: 'switch-site-b',
    }),
  );
  return new Incident(configuration).begins(inSync(configuration));
}

const asksWhetherTheServingSiteLives = {
  serving: A,
  pending: { mode: 'ask' },
  sites: { [B]: { trust: 'in-sync' } },
};

describe('a lost cross-site view by Alertmanager', () => {
  const recorded = JSON.parse(text('test/reconcile/recorded/alertmanager.json'));
  const receiver = (
    loadYaml(text('infra/monitoring/alertmanager.yaml')) as {
      receivers: { name: string; sns_configs: Json[] }[];
    }
  ).receivers.find(({ name }) => name === 'multi-site-failover')!.sns_configs[0]!;

  it.each(['infra/monitoring/alertmanager.yaml', 'infra/monitoring/prometheus-rule.yaml'])(
    'the deploy guide gives %s to paste, word by word',
    (file) => {
      expect(DEPLOY_GUIDE).toContain(text(file));
    },
  );

  it('the receiver to paste is the one whose message was recorded from the real Alertmanager', () => {
    expect(receiver['message']).toBe(recorded.template);
    expect(receiver['topic_arn']).toBe(recorded.published.TopicArn);
    const [record] = (sample('sns-alertmanager') as { Records: { Sns: Json }[] }).Records;
    expect(record!.Sns['Message']).toBe(recorded.published.Message);
    expect(record!.Sns['Subject']).toBe(recorded.published.Subject);
  });

  it('what it published makes failover ask about the serving site, and only the firing alert is kept', async () => {
    const incident = await deployed('existing');
    await incident.reconcile({ Records: [{ Sns: recorded.published }] });
    expect(await incident.ledger()).toMatchObject({
      ...asksWhetherTheServingSiteLives,
      firingAlerts: { '4ede5f108ebfe355': { kind: 'left-cross-site-view', site: B } },
    });
    expect([...incident.executions.keys()]).toEqual(['failover-e2-1']);
  });

  it('the rule to paste is named as the example of the configuration says', () => {
    const rule = loadYaml(text('infra/monitoring/prometheus-rule.yaml')) as {
      spec: { groups: { rules: { alert: string }[] }[] };
    };
    const { crossSiteView } = JSON.parse(text('infra/examples/existing/failover.config.json'));
    expect(rule.spec.groups[0]!.rules[0]!.alert).toBe(crossSiteView.alertmanager.alertname);
  });

  it.each<[string, string, RegExp]>([
    ['is not JSON', 'SiteOffline is firing', /Sns\.Message is not JSON/],
    [
      'names no site',
      JSON.stringify({
        alerts: [
          {
            status: 'firing',
            labels: { alertname: 'SiteOffline', site: '' },
            startsAt: '2026-01-05T12:00:00Z',
            fingerprint: 'one',
          },
        ],
      }),
      /labels\.site is missing/,
    ],
  ])(
    'a message that %s is refused, on-call is told what is wrong, and nothing moves',
    async (_, Message, says) => {
      const incident = await deployed('existing');
      const before = await incident.ledger();
      await expect(incident.reconcile({ Records: [{ Sns: { Message } }] })).rejects.toThrow(says);
      // That on-call was told is all that the ledger learns of it.
      expect(incident.pages).toEqual([expect.stringMatching(says)]);
      expect(incident.writes.every((write) => /^(PutItem|Publish)/.test(write))).toBe(true);
      const { revision: _was, paged: _noPages, ...all } = before;
      expect(await incident.ledger()).toMatchObject(all);
    },
  );
});

describe('a lost cross-site view by a CloudWatch metric', () => {
  const { crossSiteView } = JSON.parse(text('infra/examples/new/failover.config.json'));

  it.each(['infra/monitoring/cloudwatch-agent.json', 'infra/monitoring/adot-collector.yaml'])(
    'the deploy guide gives %s to paste, word by word',
    (file) => {
      expect(DEPLOY_GUIDE).toContain(text(file));
    },
  );

  it('what the agents are told to write is what the example of the configuration watches', () => {
    const { emf_processor } = JSON.parse(text('infra/monitoring/cloudwatch-agent.json')).logs
      .metrics_collected.prometheus;
    const { awsemf } = (
      loadYaml(text('infra/monitoring/adot-collector.yaml')) as { exporters: { awsemf: Json } }
    ).exporters;
    const [agent] = emf_processor.metric_declaration;
    const [collector] = awsemf['metric_declarations'] as Json[];
    const { namespace, name, dimensionsOf } = crossSiteView.metric;
    expect([emf_processor.metric_namespace, awsemf['namespace']]).toEqual([namespace, namespace]);
    expect(agent.metric_selectors).toEqual([`^${name}$`]);
    expect(collector!['metric_name_selectors']).toEqual([`^${name}$`]);
    for (const dimensions of Object.values(dimensionsOf as Record<string, object>)) {
      expect(agent.dimensions).toEqual([Object.keys(dimensions)]);
      expect(collector!['dimensions']).toEqual([Object.keys(dimensions)]);
    }
  });

  it('its alarm makes failover ask about the serving site', async () => {
    const incident = await deployed('new');
    await incident.reconcile(sample('sns-left-view-metric'));
    expect(await incident.ledger()).toMatchObject(asksWhetherTheServingSiteLives);
    expect([...incident.executions.keys()]).toEqual(['failover-e2-1']);
  });
});
