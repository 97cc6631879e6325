import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../../lab/aws/http/loopback.ts';
import { httpProbe } from '../../../lab/aws/route-53/http-probe.ts';

const site = createServer((request, response) => {
  const status = { '/lb-check': 200, '/moved': 302, '/down': 503 }[request.url ?? ''];
  if (status !== undefined) response.writeHead(status).end();
});
let port = 0;
let close = async () => {};

beforeAll(async () => {
  const listening = await listenOnLoopback(site);
  port = Number(new URL(listening.url).port);
  close = listening.close;
});
afterAll(() => close());

const probed = (ResourcePath: string) =>
  httpProbe(() => port, 100)('endpoint-site-a', {
    Type: 'HTTP',
    FullyQualifiedDomainName: 'site-a.example.test',
    ResourcePath,
  });

describe('a checker', () => {
  it('passes an endpoint that answers 2xx or 3xx', async () => {
    expect(await probed('/lb-check')).toBe(true);
    expect(await probed('/moved')).toBe(true);
  });

  it('says what an endpoint that is down answered', async () => {
    expect(await probed('/down')).toBe('HTTP Status Code 503, Service Unavailable');
  });

  it('gives up on an endpoint that takes the connection and says nothing', async () => {
    expect(await probed('/silent')).toMatch(/within the timeout limit/);
  });
});
