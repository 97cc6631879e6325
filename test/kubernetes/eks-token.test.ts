import { describe, expect, it } from '@jest/globals';
import { EksToken, eksToken } from '../../functions/kubernetes/eks-token.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import { exampleConfiguration } from './example-configuration.ts';

const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJ+example/token==',
};
const NOON = new Date('2026-01-05T12:00:00Z');
const PREFIX = 'k8s-aws-v1.';

const urlIn = (token: string): URL =>
  new URL(Buffer.from(token.slice(PREFIX.length), 'base64url').toString('utf8'));

describe('the token for an EKS cluster', () => {
  it('is the signed request that asks regional STS who we are, and nothing that the authenticator would refuse', async () => {
    const token = await eksToken(CREDENTIALS, 'eu-west-1', 'keycloak-a', NOON);
    expect(token).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
    const url = urlIn(token);
    expect(`${url.origin}${url.pathname}`).toBe('https://sts.eu-west-1.amazonaws.com/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20260105/eu-west-1/sts/aws4_request',
      'X-Amz-Date': '20260105T120000Z',
      'X-Amz-Expires': '60',
      'X-Amz-Security-Token': 'IQoJ+example/token==',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      // Worked out apart from any SDK, by the steps of Signature Version 4 with Python's hmac and hashlib.
      'X-Amz-Signature': 'f79ab1452002ea83ea7fbbfe1e8e28379706e71235a4e0701ccff4cbaf06d0f6',
    });
    expect(url.href).not.toContain(CREDENTIALS.secretAccessKey);
  });

  it('is good for one cluster only', async () => {
    const [a, b] = await Promise.all(
      ['keycloak-a', 'keycloak-b'].map((name) => eksToken(CREDENTIALS, 'eu-west-1', name, NOON)),
    );
    expect(a).not.toBe(b);
    expect(urlIn(a!).href).not.toContain('keycloak-a');
  });

  it('asks the STS of its own partition in China', async () => {
    const url = urlIn(await eksToken(CREDENTIALS, 'cn-north-1', 'keycloak-a', NOON));
    expect(url.hostname).toBe('sts.cn-north-1.amazonaws.com.cn');
  });
});

describe('how long it is kept', () => {
  function kept(credentials: () => Promise<typeof CREDENTIALS>) {
    let now = NOON.getTime();
    const edge = {
      configuration: exampleConfiguration({ apiServer: 'https://api.example.test', keycloak: 'keycloak' }),
      secrets: {
        config: { credentials },
        send: async () => {
          throw new Error('No secret is asked for.');
        },
      },
      now: () => new Date(now),
    };
    return {
      token: new EksToken(edge as never, 'site-a' as SiteName, 'keycloak-a'),
      wait: (seconds: number) => (now += seconds * 1000),
    };
  }

  it('is less than it is good for, and not at all once the API refused it', async () => {
    let session = 0;
    const { token, wait } = kept(async () => ({ ...CREDENTIALS, sessionToken: `session-${++session}` }));
    const first = await token.read(false);
    wait(44);
    expect(await token.read(false)).toBe(first);
    wait(1);
    const second = await token.read(false);
    expect(urlIn(second).searchParams.get('X-Amz-Date')).toBe('20260105T120045Z');
    const third = await token.read(true);
    expect(urlIn(third).searchParams.get('X-Amz-Security-Token')).toBe('session-3');
    expect(await token.read(false)).toBe(third);
  });

  it('comes to an end with a remedy where there are no credentials to make one of', async () => {
    const { token } = kept(async () => {
      throw new Error('Could not load credentials from any providers');
    });
    await expect(token.read(false)).rejects.toMatchObject({
      name: 'ClusterAccessError',
      message: expect.stringContaining('EKS cluster keycloak-a of site-a') as unknown,
    });
  });
});
