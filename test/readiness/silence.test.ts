import { createServer, type Server, type Socket } from 'node:net';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tokenExpiry } from '../../functions/readiness/gather/token.ts';
import { trafficFacts } from '../../functions/readiness/gather/traffic.ts';
import { brief } from '../../functions/shared/brief.ts';
import { A, exampleConfiguration } from '../ledger/example.ts';

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

describe('an AWS that takes connections and says nothing', () => {
  it('keeps no report from being made: Route 53 is given up, and that is told', async () => {
    const route53 = new Route53Client({ region: 'us-east-1', endpoint, credentials, ...brief(20) });
    const ask = async () => 404;
    const facts = await trafficFacts({ route53, configuration: exampleConfiguration(), ask });
    route53.destroy();
    expect(facts[A]!.position).toMatchObject({
      kind: 'fault',
      what: expect.stringMatching(/^The switch of site-a can't be read now: TimeoutError/),
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
