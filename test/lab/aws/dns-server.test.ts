import { Resolver } from 'node:dns/promises';
import { type Route53Client, UpdateHealthCheckCommand } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inMemoryClient } from '../../../lab/aws/in-memory-client.ts';
import { type DnsServer, serveDns } from '../../../lab/aws/route-53/dns-server.ts';
import { twoSites } from './two-sites.ts';

const route53 = twoSites();
const resolver = new Resolver();
let server: DnsServer;

beforeAll(async () => {
  server = await serveDns(route53, ['site-a.example.test', 'site-b.example.test']);
  resolver.setServers([`127.0.0.1:${server.port}`]);
});
afterAll(() => server.close());

describe('a resolver of the clients', () => {
  it('is sent to the primary, and to the secondary once the primary is fenced', async () => {
    expect(await resolver.resolveCname('login.example.test')).toEqual(['site-a.example.test']);
    await inMemoryClient<Route53Client>(route53.service).send(
      new UpdateHealthCheckCommand({ HealthCheckId: 'switch-site-a', HealthThreshold: 2 }),
    );
    expect(await resolver.resolveCname('login.example.test')).toEqual(['site-b.example.test']);
  });

  it('is told how long it may keep the answer', async () => {
    expect(await resolver.resolve4('login.example.test', { ttl: true })).toEqual([
      { address: '127.0.0.1', ttl: 60 },
    ]);
  });

  it('hears that a name does not exist', async () => {
    await expect(resolver.resolve4('nosuch.example.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});
