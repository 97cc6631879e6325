import { Agent, request } from 'node:http';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';

export interface RestAnswer {
  readonly status: number;
  readonly body: string;
}

/** The Data Grid did not answer in time: it is frozen, or waits for its backup. */
class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

export type BackupStatus = 'online' | 'offline' | 'mixed';

/** Reads and writes at one site's Data Grid, past Keycloak, the operator and the product. */
export class DataGridRest {
  readonly #address: string;
  readonly #timeoutMilliseconds: number;
  // Connections of its own, so that none that a frozen server holds is used again.
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  /** @param address as of DataGridServer */
  constructor(address: string, timeoutMilliseconds = 20_000) {
    this.#address = address;
    this.#timeoutMilliseconds = timeoutMilliseconds;
  }

  /**
   * @param timeoutMilliseconds how long to wait for the whole answer
   * @throws NoAnswerError when none came in time; what was asked may still be done later
   * @throws Error with `code` when the connection is refused or breaks
   */
  call(
    method: string,
    path: string,
    body?: { readonly type: string; readonly text: string },
    timeoutMilliseconds = this.#timeoutMilliseconds,
  ): Promise<RestAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${this.#address}/rest/v2${path}`,
        {
          method,
          agent: this.#agent,
          headers: {
            accept: '*/*',
            ...(body === undefined
              ? {}
              : { 'content-type': body.type, 'content-length': Buffer.byteLength(body.text) }),
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.once('error', end);
          incoming.once('end', () => {
            clearTimeout(overdue);
            resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
          });
        },
      );
      const end = (error: Error) => {
        clearTimeout(overdue);
        reject(error);
      };
      const overdue = setTimeout(() => {
        outgoing.destroy(
          new NoAnswerError(`No answer to ${method} ${path} after ${timeoutMilliseconds} ms.`),
        );
      }, timeoutMilliseconds);
      outgoing.once('error', end);
      outgoing.end(body?.text);
    });
  }

  /** The status as it came: 204 says nothing about the write, see infinispan's NON_XA caches. */
  async put(cache: CacheName, key: string, value: string, timeoutMilliseconds?: number): Promise<RestAnswer> {
    return this.call('PUT', entry(cache, key), { type: 'text/plain', text: value }, timeoutMilliseconds);
  }

  /** Null: there is no such key. */
  async get(cache: CacheName, key: string, timeoutMilliseconds?: number): Promise<string | null> {
    const answer = await this.call('GET', entry(cache, key), undefined, timeoutMilliseconds);
    return answer.status === 404 ? null : expected(answer, 200);
  }

  /** 204: removed; 404: there was none. */
  async delete(cache: CacheName, key: string, timeoutMilliseconds?: number): Promise<RestAnswer> {
    return this.call('DELETE', entry(cache, key), undefined, timeoutMilliseconds);
  }

  async size(cache: CacheName): Promise<number> {
    return Number(expected(await this.call('GET', `/caches/${cache}?action=size`), 200));
  }

  /** Everything that the cache holds. Not a snapshot: writes that go on meanwhile may or may not be in it. */
  async entries(cache: CacheName): Promise<ReadonlyMap<string, string>> {
    const answer = await this.call(
      'GET',
      `/caches/${cache}?action=entries&limit=-1&content-negotiation=true`,
    );
    const list = JSON.parse(expected(answer, 200)) as readonly {
      readonly key: unknown;
      readonly value: unknown;
    }[];
    return new Map(list.map(({ key, value }) => [String(key), String(value)]));
  }

  /** The sites that this one sees, itself included. */
  async view(timeoutMilliseconds?: number): Promise<readonly string[]> {
    const answer = await this.call('GET', '/container', undefined, timeoutMilliseconds);
    return (JSON.parse(expected(answer, 200)) as { sites_view: string[] }).sites_view;
  }

  /** What this site thinks of its backup at the other one, over all caches. */
  async backupStatus(against: SiteName): Promise<BackupStatus> {
    const answer = await this.call('GET', `/container/x-site/backups/${against}`);
    return (JSON.parse(expected(answer, 200)) as { status: BackupStatus }).status;
  }

  /** The same for each cache. */
  async backupStatuses(
    caches: readonly CacheName[],
    against: SiteName,
  ): Promise<ReadonlyMap<CacheName, BackupStatus>> {
    const statuses = new Map<CacheName, BackupStatus>();
    for (const cache of caches) {
      const answer = await this.call('GET', `/caches/${cache}/x-site/backups`);
      const sites = JSON.parse(expected(answer, 200)) as Record<string, { status: BackupStatus }>;
      const status = sites[against]?.status;
      if (status !== undefined) statuses.set(cache, status);
    }
    return statuses;
  }

  /** Drops the connections that are kept. */
  close(): void {
    this.#agent.destroy();
  }
}

const entry = (cache: CacheName, key: string): string => `/caches/${cache}/${encodeURIComponent(key)}`;

function expected({ status, body }: RestAnswer, wanted: number): string {
  if (status !== wanted) throw new Error(`The Data Grid answered ${status}: ${body.slice(0, 300)}`);
  return body;
}
