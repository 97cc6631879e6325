import { createServer, type Server, type Socket } from 'node:net';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tokenExpiry } from '../../functions/readiness/gather/token.ts';
import { trafficFacts } from '../../functions/readiness/gather/traffic.ts';
import { brief, modest } from '../../functions/shared/patience.ts';
import { A, B, exampleConfiguration } from '../ledger/example.ts';

const credentials = { accessKeyId: 'nobody', secretAccessKey: 'nothing' };

/** Takes connections, and says nothing. */
const sockets: Socket[] = [];
const silent: Server = createServer((socket) => {
  socket.on('error', () => undefined);
  sockets.push(socket);
});
let endpoint: string;

beforeAll(async () => {
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  endpoint = `http://127.0.0.1:${(silent.address() as { readonly port: number }).port}`;
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
});

describe('a Route 53', () => {
  /** Answers each request with that fault. */
  const refusing = (fault: object) => {
    let asked = 0;
    const send = async () => {
      asked += 1;
      throw Object.assign(new Error('Not now'), fault);
    };
    const edge = {
      route53: { send } as never,
      configuration: exampleConfiguration(),
      ask: async () => 404,
      now: () => new Date(),
    };
    return { facts: () => trafficFacts(edge), asked: () => asked };
  };

  it('that others have used up is asked once for a report, which says so of each thing', async () => {
    const { facts, asked } = refusing({ name: 'Throttling' });
    const { position, endpointCheck, observations } = (await facts())[B]!;
    expect(asked()).toBe(1);
    for (const fact of [position, endpointCheck, observations])
      expect(fact).toMatchObject({
        kind: 'fault',
        what: expect.stringMatching(/can't be read now: Throttling: Not now/),
      });
  });

  it('that refuses one thing is asked for the others', async () => {
    const { facts, asked } = refusing({ name: 'AccessDenied' });
    await facts();
    expect(asked()).toBe(6);
  });
});

describe('a Route 53 that answers slowly', () => {
  it('is asked for fifteen seconds, and then for nothing more', async () => {
    let seconds = 0;
    let asked = 0;
    const send = async () => {
      asked += 1;
      seconds += 8;
      throw Object.assign(new Error('No'), { name: 'AccessDenied' });
    };
    const now = () => new Date(1_000 * seconds);
    const ask = async () => 404;
    const configuration = exampleConfiguration();
    const facts = await trafficFacts({ route53: { send } as never, configuration, ask, now });
    expect(asked).toBe(2);
    expect(facts[A]!.observations).toEqual({
      kind: 'fault',
      what: 'Route 53 has not answered all within 15 s.',
      remedy: expect.stringContaining('the next look tells'),
    });
  });
});

describe('an AWS that takes connections and says nothing', () => {
  const factsWith = async (client: object, budgetMilliseconds?: number) => {
    const route53 = new Route53Client({ region: 'us-east-1', endpoint, credentials, ...client });
    const edge = { configuration: exampleConfiguration(), ask: async () => 404, now: () => new Date() };
    const facts = await trafficFacts({ ...edge, route53 }, budgetMilliseconds);
    route53.destroy();
    return facts[A]!.position;
  };

  it('keeps no report from being made: Route 53 is given up, and that is told', async () => {
    expect(await factsWith(brief(20))).toMatchObject({
      kind: 'fault',
      what: expect.stringMatching(/^The switch of site-a can't be read now: TimeoutError/),
    });
  });

  it('nor while an answer is waited for, or the next attempt', async () => {
    expect(await factsWith(modest(), 50)).toMatchObject({
      kind: 'fault',
      what: 'Route 53 has not answered all within 0.05 s.',
    });
  });

  it('nor does Secrets Manager', async () => {
    const secrets = new SecretsManagerClient({ region: 'eu-central-1', endpoint, credentials });
    await expect(tokenExpiry({ secrets }, 'token-site-a', 20)).rejects.toThrow(
      'Secrets Manager did not give the secret token-site-a within 0.02 s. Where the function is attached',
    );
    secrets.destroy();
  });
});
