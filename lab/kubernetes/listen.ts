import type { AddressInfo, Server } from 'node:net';

const TRIES = 25;
const PAUSE_MILLISECONDS = 200;

/**
 * Listens on loopback. A port that is asked for again after a while may serve as the near end of somebody's
 * connection for a moment: then it is tried until that one has ended.
 * @param port 0: any free one
 * @returns the port
 */
export async function listen(server: Server, port: number): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject);
          resolve();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    }
  }
}
