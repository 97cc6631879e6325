import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import type { Probe } from './checkers.ts';

/**
 * Probes an endpoint as Route 53 does: any 2xx or 3xx passes, a certificate is not looked at, a redirect not followed.
 * Not modelled: separate limits for connection (4 s) and answer (2 s), the exact words for connections that fail.
 * @param portOf where on the loopback the endpoint of a health check listens
 * @param timeoutMilliseconds for the whole request
 */
export const httpProbe =
  (portOf: (healthCheckId: string) => number, timeoutMilliseconds = 6000): Probe =>
  (id, { Type, FullyQualifiedDomainName, ResourcePath = '/' }) =>
    new Promise((resolve) => {
      const options = {
        host: '127.0.0.1',
        port: portOf(id),
        path: ResourcePath,
        headers: {
          host: FullyQualifiedDomainName ?? '127.0.0.1',
          'user-agent': 'Amazon-Route53-Health-Check',
        },
        // A connection that is kept would hide that the site takes no new ones.
        agent: false,
        signal: AbortSignal.timeout(timeoutMilliseconds),
      } as const;
      const answered = (response: IncomingMessage) => {
        response.resume();
        const { statusCode = 0, statusMessage } = response;
        const passes = statusCode >= 200 && statusCode < 400;
        resolve(passes || `HTTP Status Code ${statusCode}, ${statusMessage}`);
      };
      const request =
        Type === 'HTTPS'
          ? getHttps({ ...options, rejectUnauthorized: false }, answered)
          : getHttp(options, answered);
      request.on('error', () =>
        resolve('The health checker could not establish a connection within the timeout limit'),
      );
    });
