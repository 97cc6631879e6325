import { request as send } from 'node:http';
import type { SessionAnswer } from '../drill/world.ts';

/** A client's request to a port of loopback, on a connection of its own, given up after a while. */
export function ask(
  port: number,
  method: string,
  path: string,
  timeoutMilliseconds: number,
  body?: string,
): Promise<SessionAnswer> {
  return new Promise((resolve) => {
    const request = send(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers:
          body === undefined
            ? {}
            : { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => end({ kind: 'no-answer' }));
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          const value = method === 'GET' && status === 200 ? Buffer.concat(chunks).toString('utf8') : null;
          end({ kind: 'answered', status, value });
        });
      },
    );
    const end = (answer: SessionAnswer) => {
      clearTimeout(overdue);
      resolve(answer);
    };
    const overdue = setTimeout(() => {
      end({ kind: 'no-answer' });
      request.destroy();
    }, timeoutMilliseconds);
    // Refused before it was sent is certain; a connection that broke afterwards may have carried it.
    request.on('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'no-answer' }),
    );
    request.end(body);
  });
}
