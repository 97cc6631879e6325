import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Stands before the bridge port of one site's server: the other site reaches it only through here.
 *
 * Closed, it is a hole: whoever connects is accepted and never answered, as over a link whose packets vanish. What
 * was under way at that moment is thrown away on both sides (a reset discards what the kernel still had to send),
 * and so is all that a hole was told, when the proxy opens again. So nothing from before or from meanwhile is ever
 * delivered later, also not to or from a site that was frozen; JGroups connects afresh.
 *
 * Not modelled: latency and limits of bandwidth, single packets that are lost, a connection that survives a short
 * cut as TCP's would by sending again, and one direction closed alone.
 */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #target: number;
  #open = true;

  private constructor(server: Server, port: number, target: number) {
    this.#server = server;
    this.port = port;
    this.#target = target;
    server.on('connection', (socket) => this.#accept(socket));
  }

  /** @param target the port on loopback to which it leads */
  static async listen(target: number): Promise<TcpProxy> {
    const server = createServer({ pauseOnConnect: true });
    const port = await new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    return new TcpProxy(server, port, target);
  }

  set open(open: boolean) {
    if (open === this.#open) return;
    this.#open = open;
    this.#dropAll();
  }

  async stop(): Promise<void> {
    const stopped = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#dropAll();
    await stopped;
  }

  #accept(from: Socket): void {
    this.#keep(from);
    if (!this.#open) return;
    const to = connect(this.#target, '127.0.0.1');
    this.#keep(to);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      one.setNoDelay(true);
      one.pipe(other);
      one.once('close', () => discard(other));
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // A refused or broken connection is the other side's to notice.
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #dropAll(): void {
    for (const socket of this.#sockets) discard(socket);
  }
}

/** A reset of a socket that is still connecting would first connect and send what waits for it. */
function discard(socket: Socket): void {
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
