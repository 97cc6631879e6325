import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface RestAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * How the lab's Keycloak reaches its site's own Infinispan server. Unlike the rehearsal's own reads and writes it has
 * no limit on connections: while a backup hangs, hundreds of writes wait, and `/lb-check` must not wait behind them.
 */
export class KeycloakDataGrid {
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Whether it says of itself that it can work. */
  async isHealthy(limitMilliseconds: number): Promise<boolean> {
    try {
      const { status, body } = await this.#ask('GET', '/rest/v2/container/health/status', limitMilliseconds);
      return status === 200 && /^"?HEALTHY/.test(body.trim());
    } catch {
      return false;
    }
  }

  /** @throws when the server refuses the connection, breaks it, or does not answer within the limit */
  entry(
    method: 'PUT' | 'GET' | 'DELETE',
    cache: string,
    key: string,
    value: string | undefined,
    limitMilliseconds: number,
  ): Promise<RestAnswer> {
    const path = `/rest/v2/caches/${encodeURIComponent(cache)}/${encodeURIComponent(key)}`;
    return this.#ask(method, path, limitMilliseconds, value);
  }

  /** A connection of its own for each: one that was kept may have died with the server. */
  async #ask(method: string, path: string, limitMilliseconds: number, body?: string): Promise<RestAnswer> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request({
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        agent: false,
        signal: AbortSignal.timeout(limitMilliseconds),
        headers: {
          accept: 'text/plain, application/json;q=0.8, */*;q=0.5',
          ...(body === undefined
            ? {}
            : { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) }),
        },
      });
      asked.on('response', resolve);
      asked.on('error', reject);
      asked.end(body);
    });
    return { status: response.statusCode ?? 0, body: await text(response) };
  }
}
