import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TransientError } from '../../functions/shared/errors.ts';
import { lambda } from '../../functions/shared/lambda.ts';
import { epochIs, log } from '../../functions/shared/log.ts';
import { createMeasure } from '../../functions/shared/metrics.ts';
import { SITE_A, SITE_B } from '../../lab/configuration.ts';

const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:keycloak-failover:failover-7';
const OTHER = 'arn:aws:states:eu-west-1:123456789012:execution:keycloak-resync:by-hand';
const CONTEXT = {
  awsRequestId: 'request-1',
  functionName: 'keycloak-data-grid',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:keycloak-data-grid',
  memoryLimitInMB: '512',
  getRemainingTimeInMillis: () => 60_000,
};

describe('a function that is called', () => {
  const wasSilent = process.env['FAILOVER_LOG'];
  let lines: Readonly<Record<string, unknown>>[];
  let text: string;

  beforeEach(() => {
    delete process.env['FAILOVER_LOG'];
    lines = [];
    text = '';
    jest.spyOn(process.stdout, 'write').mockImplementation(keep);
    jest.spyOn(process.stderr, 'write').mockImplementation(keep);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    if (wasSilent === undefined) delete process.env['FAILOVER_LOG'];
    else process.env['FAILOVER_LOG'] = wasSilent;
  });

  const keep = (written: unknown): boolean => {
    text += String(written);
    lines.push(
      ...String(written)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    return true;
  };
  const call = (event: unknown, work: (event: unknown) => Promise<unknown>): Promise<unknown> =>
    (lambda('data-grid', work) as (event: unknown, context: object) => Promise<unknown>)(event, CONTEXT);
  const bearings = () => lines.map(({ execution, epoch }) => ({ execution, epoch }));

  it('for an operation names its execution, its epoch and the request in every line that it writes', async () => {
    const operation = { workflow: 'failover', epoch: 7, owner: EXECUTION };
    await call({ action: 'cut-bridge', operation }, async () => {
      // The ledger has moved on: the lines stay about what the step acts for.
      epochIs(9);
      log('warn', 'the bridge was cut already', { site: SITE_A });
      return { outcome: 'superseded' };
    });
    expect(lines.map(({ message }) => message)).toEqual([
      'data-grid begins',
      'the bridge was cut already',
      'data-grid ends',
    ]);
    expect(bearings()).toEqual(Array(3).fill({ execution: EXECUTION, epoch: 7 }));
    expect(lines.map(({ function_request_id }) => function_request_id)).toEqual(Array(3).fill('request-1'));
  });

  it('for no operation names the epoch of the ledger from when it was read', async () => {
    await call({ action: 'decide', execution: EXECUTION }, async () => {
      epochIs(3);
      log('info', 'decided');
      epochIs(4);
      return {};
    });
    expect(bearings()).toEqual([
      { execution: EXECUTION, epoch: undefined },
      { execution: EXECUTION, epoch: 3 },
      { execution: EXECUTION, epoch: 4 },
    ]);
  });

  it.each([
    ['claims', { action: 'claim', owner: EXECUTION, input: {} }],
    ['borrows', { action: 'claim', input: { operation: { owner: EXECUTION } } }],
    [
      'closes after a stop',
      { 'detail-type': 'Execution Status Change', detail: { executionArn: EXECUTION } },
    ],
  ])('and %s names the execution that its event shows', async (_, event) => {
    await call(event, async () => ({}));
    expect(lines.map(({ execution }) => execution)).toEqual([EXECUTION, EXECUTION]);
  });

  it('again says nothing of the call before', async () => {
    await call({ operation: { epoch: 7, owner: EXECUTION } }, async () => ({}));
    await call({ operation: { epoch: 8, owner: OTHER } }, async () => ({}));
    await call({}, async () => ({}));
    expect(bearings().slice(2)).toEqual([
      { execution: OTHER, epoch: 8 },
      { execution: OTHER, epoch: 8 },
      { execution: undefined, epoch: undefined },
      { execution: undefined, epoch: undefined },
    ]);
  });

  it('and fails names its execution in that line too, and the fault by the name that machines know', async () => {
    const failing = call({ execution: EXECUTION }, async () => {
      throw new TransientError('Route 53 is throttled.', 'The machine tries again.');
    });
    await expect(failing).rejects.toThrow(TransientError);
    expect(lines.at(-1)).toMatchObject({
      level: 'ERROR',
      message: 'data-grid failed',
      error: 'TransientError',
      execution: EXECUTION,
    });
  });

  it('prints no secret that comes in its event or goes in its outcome, whatever holds it', async () => {
    await call({ token: 'hunter2', headers: { Authorization: ['Bearer hunter3'] } }, async () => {
      log('info', 'read', { cluster: { clientSecret: { value: 'hunter4' } } });
      return { password: 7654321 };
    });
    expect(lines).toHaveLength(3);
    expect(text).not.toMatch(/hunter|7654321/);
    expect(lines[0]!['event']).toEqual({ token: '[left out]', headers: { Authorization: '[left out]' } });
  });

  it('prints what it measured once it has ended, for the deployment and for each site', async () => {
    const measure = createMeasure('keycloak');
    await call({}, async () => {
      measure('FailoverReady', 1);
      measure('SiteTrust', 3, SITE_A);
      measure('SiteTrust', 0, SITE_B);
      measure('SiteReachable', 0, SITE_B);
      return {};
    });
    await call({}, async () => ({}));
    const measured = lines
      .filter((line) => '_aws' in line)
      .map(({ _aws, ...values }) => ({ _aws, ...values }));
    expect(measured).toMatchObject([
      { Deployment: 'keycloak', FailoverReady: 1 },
      { Deployment: 'keycloak', Site: SITE_A, SiteTrust: 3 },
      { Deployment: 'keycloak', Site: SITE_B, SiteTrust: 0, SiteReachable: 0 },
    ]);
    const published = measured.map(
      ({ _aws }) => (_aws as { CloudWatchMetrics: unknown[] }).CloudWatchMetrics,
    );
    expect(published.flat()).toMatchObject([
      { Namespace: 'KeycloakMultiSiteFailover', Dimensions: [['Deployment']], Metrics: [{ Unit: 'None' }] },
      { Dimensions: [['Deployment', 'Site']] },
      { Dimensions: [['Deployment', 'Site']] },
    ]);
    expect(lines).toHaveLength(2 + 3 + 2);
  });

  it('prints what it measured before it failed', async () => {
    const measure = createMeasure('keycloak');
    const failing = call({}, async () => {
      measure('FailoverReady', 0);
      throw new Error('half-way');
    });
    await expect(failing).rejects.toThrow('half-way');
    expect(lines.at(-1)).toMatchObject({ FailoverReady: 0 });
  });

  it('prints nothing at all where logs are silenced', async () => {
    process.env['FAILOVER_LOG'] = 'silent';
    await call({}, async () => {
      createMeasure('keycloak')('FailoverReady', 1);
      log('error', 'unseen');
      return {};
    });
    delete process.env['FAILOVER_LOG'];
    await call({}, async () => ({}));
    expect(lines.map(({ message }) => message)).toEqual(['data-grid begins', 'data-grid ends']);
  });
});
