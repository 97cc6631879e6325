import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SiteName } from '../../../functions/shared/names.ts';
import { Bridge } from '../../../lab/data-grid/bridge.ts';

const A = 'site-a' as SiteName;
const B = 'site-b' as SiteName;

/** Also by a reset, which is an error to whoever holds the socket. */
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()));

/** A Data Grid as the bridge sees it: a port that hears bytes. */
class Grid {
  readonly server: Server = createServer((socket) => {
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      this.heard += bytes.toString('utf8');
      this.changed?.();
    });
  });
  readonly sockets = new Set<Socket>();
  heard = '';
  changed: (() => void) | null = null;

  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as { port: number }).port;
  }

  async hears(text: string): Promise<void> {
    while (!this.heard.includes(text)) {
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

describe('the bridge between two Data Grids', () => {
  let gridA: Grid;
  let gridB: Grid;
  let bridge: Bridge;
  const sockets: Socket[] = [];

  /** A connection of one site's JGroups to where the other one is said to be. */
  async function connectTo(site: SiteName): Promise<Socket> {
    const socket = connect(bridge.addressOf(site).port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  beforeEach(async () => {
    gridA = new Grid();
    gridB = new Grid();
    bridge = await Bridge.open(
      new Map([
        [A, await gridA.listen()],
        [B, await gridB.listen()],
      ]),
    );
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await bridge.stop();
    await gridA.close();
    await gridB.close();
  });

  it('carries what one site sends to the other', async () => {
    (await connectTo(B)).write('from a');
    await gridB.hears('from a');
    (await connectTo(A)).write('from b');
    await gridA.hears('from b');
  });

  it('never delivers what a site sent while the link was cut, also not after it heals', async () => {
    bridge.cutLink();
    const lost = await connectTo(A);
    lost.write('old data of b');
    bridge.healLink();
    await closed(lost);
    (await connectTo(A)).write('fresh');
    await gridA.hears('fresh');
    expect(gridA.heard).toBe('fresh');
  });

  it('ends the connections that were open when the link was cut, so that nothing under way arrives later', async () => {
    const open = await connectTo(B);
    open.write('before');
    await gridB.hears('before');
    const ended = closed(open);
    bridge.cutLink();
    await ended;
    bridge.healLink();
    (await connectTo(B)).write('after');
    await gridB.hears('after');
    expect(gridB.heard).toBe('beforeafter');
  });

  it('shuts both directions when one site has a policy against the other', async () => {
    bridge.isolate(A);
    const [toA, toB] = [await connectTo(A), await connectTo(B)];
    toA.write('b to a');
    toB.write('a to b');
    const bothClosed = Promise.all([closed(toA), closed(toB)]);
    bridge.readmit(A);
    await bothClosed;
    (await connectTo(A)).write('now');
    (await connectTo(B)).write('now');
    await Promise.all([gridA.hears('now'), gridB.hears('now')]);
    expect([gridA.heard, gridB.heard]).toEqual(['now', 'now']);
  });

  it('stays shut by the policy when the link heals', async () => {
    bridge.cutLink();
    bridge.isolate(A);
    bridge.healLink();
    expect(bridge.isCut()).toBe(true);
    bridge.readmit(A);
    expect(bridge.isCut()).toBe(false);
  });

  it('tells a site at once that the other one has died, as a process that ends does', async () => {
    await gridB.close();
    const socket = await connectTo(B);
    await closed(socket);
    gridB = new Grid();
    await gridB.listen();
  });
});
