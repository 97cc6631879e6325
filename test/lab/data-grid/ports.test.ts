import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePorts } from '../../../lab/data-grid/ports.ts';

const listens = (port: number): Promise<() => Promise<void>> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () =>
      resolve(() => new Promise((closed) => server.close(() => closed()))),
    );
  });

describe('the ports of the lab', () => {
  it('are each another one, can be listened on, and are none that an outgoing connection may take', async () => {
    const ports = await freePorts(6);
    expect(new Set(ports).size).toBe(6);
    expect(ports.every((port) => port >= 20_000 && port < 32_000)).toBe(true);
    const closings = await Promise.all(ports.map(listens));
    await Promise.all(closings.map((close) => close()));
  });
});
