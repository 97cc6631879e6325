import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { KeycloakCounts } from '../kubernetes/keycloak-operator.ts';
import { listen } from '../kubernetes/listen.ts';
import type { KeycloakDataGrid } from './keycloak-data-grid.ts';

const CHECK_LIMIT_MILLISECONDS = 1_000;
/** Longer than any backup's timeout: it is the Data Grid that says no, not this stand-in. */
const ENTRY_LIMIT_MILLISECONDS = 30_000;
const METHODS = ['PUT', 'GET', 'DELETE'] as const;

/**
 * The site's Keycloak: `/lb-check`, and sessions as entries in the site's own Data Grid at
 * `/sessions/{cache}/{key}`. With no ready instance it refuses connections, as a Service without endpoints does;
 * what the ending instances still hold is cut off when the last of them is gone. A request that was sent while the
 * site stood still is carried out when it goes on, its client long gone.
 *
 * Not modelled: TLS, logins, tokens, the database, Keycloak's embedded caches and its own timeouts. Its requests reach
 * the Data Grid by REST, each on a connection of its own, where Keycloak uses the Hot Rod protocol.
 */
export class KeycloakServer {
  readonly #dataGrid: KeycloakDataGrid;
  readonly #server: Server;
  #port: number;
  #open = false;
  /** Openings and closings one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(dataGrid: KeycloakDataGrid, port: number) {
    this.#dataGrid = dataGrid;
    this.#port = port;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => send(response, 500, String(error)));
    });
  }

  /** Settled once the first `follow` has been carried out, and known from then on even while nothing listens. */
  get port(): number {
    return this.#port;
  }

  /** Opens, closes and cuts off as the instances come and go. */
  follow({ ready, pods }: Pick<KeycloakCounts, 'ready' | 'pods'>): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      if (ready > 0 && !this.#open) {
        this.#port = await listen(this.#server, this.#port);
        this.#open = true;
      }
      if (ready === 0 && this.#open) this.#refuse();
      if (pods === 0) this.#server.closeAllConnections();
    });
    return this.#turn;
  }

  #refuse(): void {
    this.#open = false;
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (pathname === '/lb-check') {
      const up = await this.#dataGrid.isHealthy(CHECK_LIMIT_MILLISECONDS);
      return send(response, up ? 200 : 503, up ? 'UP' : 'DOWN');
    }
    const [, folder, cache, key, ...rest] = pathname.split('/');
    const method = METHODS.find((each) => each === request.method);
    if (folder !== 'sessions' || !cache || !key || rest.length > 0) return send(response, 404, 'Not Found');
    if (method === undefined) return send(response, 405, 'Method Not Allowed');
    const value = method === 'PUT' ? await text(request) : undefined;
    try {
      const answer = await this.#dataGrid.entry(
        method,
        decodeURIComponent(cache),
        decodeURIComponent(key),
        value,
        ENTRY_LIMIT_MILLISECONDS,
      );
      send(response, answer.status, answer.body);
    } catch (error) {
      send(response, 503, `The Data Grid does not answer: ${String(error)}`);
    }
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
  response.end(status === 204 ? undefined : body);
}
