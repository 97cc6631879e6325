import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import type { Asked } from './asked.ts';
import { listen } from './listen.ts';
import type { ClusterModel } from './model.ts';
import { type PolicyRule, ROLE_RULES } from './role.ts';
import { answer } from './routes.ts';
import { badRequest, StatusError } from './status-error.ts';

export interface ClusterApiOptions {
  readonly model: ClusterModel;
  /** Bearer tokens that are valid now; asked for each request, so that one can expire. */
  readonly tokens: () => readonly string[];
  readonly rules?: readonly PolicyRule[];
  /** Told of each request with a known token, before it is judged. */
  readonly onAsked?: (asked: Asked) => void;
  /** 0: any free one. */
  readonly port?: number;
  /** The authority and key to serve with; absent: made now. A site keeps its own over a restart. */
  readonly certificate?: Certificate;
}

export interface Certificate {
  readonly key: string;
  /** PEM. It signs itself, so it is the authority as well. */
  readonly cert: string;
}

export interface ClusterApi {
  readonly port: number;
  readonly apiServer: string;
  readonly certificateAuthority: string;
  close(): Promise<void>;
}

export async function makeCertificate(): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'lab-cluster' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  return { key: made.private, cert: made.cert };
}

/**
 * The Kubernetes API of a site, over HTTPS on loopback, as far as the product asks for it: bearer tokens and the
 * Role's verbs are checked, refusals are `Status` objects in Kubernetes' words.
 *
 * Not modelled: discovery, watches, pagination, field selectors, dry run, other patches than merge patches, more
 * than one ServiceAccount, priority and fairness (429), and what the model behind it leaves out.
 */
export async function startClusterApi(options: ClusterApiOptions): Promise<ClusterApi> {
  const certificate = options.certificate ?? (await makeCertificate());
  const rules = options.rules ?? ROLE_RULES;
  const server = createServer(certificate, (request, response) => {
    const send = (code: number, body: unknown) => {
      const plain = typeof body === 'string';
      response.writeHead(code, { 'content-type': plain ? 'text/plain' : 'application/json' });
      response.end(plain ? body : JSON.stringify(body));
    };
    carryOut(options, rules, request).then(
      ({ code, body }) => send(code, body),
      (error: unknown) => {
        const status =
          error instanceof StatusError ? error : new StatusError(500, 'InternalError', String(error));
        send(status.code, status.toStatus());
      },
    );
  });
  const port = await listen(server, options.port ?? 0);
  return {
    port,
    apiServer: `https://127.0.0.1:${port}`,
    certificateAuthority: certificate.cert,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function carryOut(options: ClusterApiOptions, rules: readonly PolicyRule[], request: IncomingMessage) {
  if (!isKnown(request.headers.authorization ?? '', options.tokens())) {
    throw new StatusError(401, 'Unauthorized', 'Unauthorized');
  }
  const sent = await text(request);
  let body: unknown;
  try {
    body = sent === '' ? undefined : JSON.parse(sent);
  } catch {
    throw badRequest('the object provided is unrecognized (must be of type JSON)');
  }
  const asked = {
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'https://127.0.0.1'),
    contentType: (request.headers['content-type'] ?? '').split(';')[0]!.trim(),
    body,
  };
  return answer(options.model, rules, asked, options.onAsked);
}

function isKnown(header: string, tokens: readonly string[]): boolean {
  const given = Buffer.from(header);
  return tokens.some((token) => {
    const wanted = Buffer.from(`Bearer ${token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}
