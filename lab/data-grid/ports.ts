import { createServer } from 'node:net';

/** Below those from which Linux and macOS take the ports of outgoing connections: one of these took a server's before. */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 100;

/**
 * Ports on loopback that nobody listens on now. All are held until the last is found, so that no two are the same.
 * Somebody else may take one before it is used; starting what needs it then fails and says so.
 * @throws Error when none is found
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listening()));
  const ports = servers.map(({ port }) => port);
  await Promise.all(servers.map(({ close }) => close()));
  return ports;
}

interface Held {
  readonly port: number;
  readonly close: () => Promise<void>;
}

async function listening(): Promise<Held> {
  for (let tries = 0; tries < TRIES; tries++) {
    const held = await hold(FIRST + Math.floor(Math.random() * (LAST - FIRST)));
    if (held !== null) return held;
  }
  throw new Error(`No free port was found between ${FIRST} and ${LAST} on loopback in ${TRIES} tries.`);
}

/** Null: somebody listens there. */
function hold(port: number): Promise<Held | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(null) : reject(error),
    );
    server.listen(port, '127.0.0.1', () =>
      resolve({ port, close: () => new Promise((closed) => server.close(() => closed())) }),
    );
  });
}
