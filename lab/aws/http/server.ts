import { createServer, type IncomingMessage } from 'node:http';
import { LAB_CREDENTIALS } from '../lab-credentials.ts';
import {
  type Call,
  carryOut,
  type Faults,
  NotModelledError,
  type Service,
  ServiceFault,
} from '../service.ts';
import { xml } from '../xml.ts';
import { jsonBody, jsonFault } from './json-protocol.ts';
import { listenOnLoopback } from './loopback.ts';
import { queryBody, queryInput } from './query-protocol.ts';
import { restXmlBody, route53Call } from './rest-xml-protocol.ts';

/** The services by the names that the SDK has for them in `AWS_ENDPOINT_URL_…`. */
export type ServiceKey =
  | 'ROUTE_53'
  | 'SNS'
  | 'RDS'
  | 'SFN'
  | 'CLOUDWATCH'
  | 'SECRETS_MANAGER'
  | 'DYNAMODB'
  | 'EVENTBRIDGE'
  | 'STS';

/** First part of `X-Amz-Target`. */
const TARGETS: Readonly<Record<string, ServiceKey>> = {
  GraniteServiceVersion20100801: 'CLOUDWATCH',
  AWSStepFunctions: 'SFN',
  secretsmanager: 'SECRETS_MANAGER',
  DynamoDB_20120810: 'DYNAMODB',
  AWSEvents: 'EVENTBRIDGE',
};

/** `Version` of a query request. */
const VERSIONS: Readonly<Record<string, ServiceKey>> = {
  '2010-03-31': 'SNS',
  '2014-10-31': 'RDS',
  '2011-06-15': 'STS',
};

/** A service, or what it is in each region. */
export type Served = Service | ((region: string) => Service);

export interface AwsServer {
  /** For the environment of a process whose SDK is to find the stand-ins. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

interface Request {
  readonly key: ServiceKey;
  readonly operation: string;
  readonly input: unknown;
  readonly body: (output: object) => string;
}

/**
 * All stand-ins behind one port of the loopback, in the protocols that the SDK's clients speak: AWS JSON, query and
 * REST-XML. Not modelled: signatures, accounts, request limits, request ids.
 */
export async function serveAws(
  services: Readonly<Partial<Record<ServiceKey, Served>>>,
  region: string,
  faults: Faults = {},
): Promise<AwsServer> {
  const server = createServer(async (incoming, response) => {
    const json = incoming.headers['x-amz-target'] !== undefined;
    const type = json ? 'application/x-amz-json-1.0' : 'text/xml';
    try {
      const { key, operation, input, body } = requestIn(incoming, await textOf(incoming));
      const served = services[key];
      if (served === undefined) throw new NotModelledError(`This lab has no ${key}.`);
      const service = typeof served === 'function' ? served(regionOf(incoming)) : served;
      const call: Call = { service: service.name, operation, input };
      const text = body(await carryOut(service, call, faults));
      response.writeHead(200, { 'content-type': type }).end(text);
    } catch (error) {
      const { code, message, status } = wireFault(error);
      const text = json ? jsonFault(code, message) : xmlFault(code, message, status);
      response.writeHead(status, { 'content-type': type }).end(text);
    }
  });
  const { url, close } = await listenOnLoopback(server);
  const endpoints = Object.keys(services).map((key) => [`AWS_ENDPOINT_URL_${key}`, url]);
  return {
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: LAB_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LAB_CREDENTIALS.secretAccessKey,
      ...Object.fromEntries(endpoints),
    },
    close,
  };
}

function requestIn(incoming: IncomingMessage, text: string): Request {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const target = incoming.headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix, operation = ''] = target.split('.');
    const key = TARGETS[prefix ?? ''];
    if (key === undefined) throw new NotModelledError(`No stand-in answers ${target}.`);
    return { key, operation, input: JSON.parse(text), body: jsonBody };
  }
  if (url.pathname.startsWith('/2013-04-01/')) {
    const { operation, input } = route53Call(incoming.method ?? 'GET', url, text);
    return { key: 'ROUTE_53', operation, input, body: (output) => restXmlBody(operation, output) };
  }
  const form = new URLSearchParams(text);
  const operation = form.get('Action') ?? '';
  const key = VERSIONS[form.get('Version') ?? ''];
  if (key === undefined)
    throw new NotModelledError(`No stand-in answers ${incoming.method} ${url.pathname}.`);
  return { key, operation, input: queryInput(form), body: (output) => queryBody(operation, output) };
}

/** The SDK says it only in what it signs: `Credential=<key>/<date>/<region>/<service>/aws4_request`. */
const regionOf = ({ headers }: IncomingMessage): string =>
  headers.authorization?.split('/')[2] ?? 'region-unknown';

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** What is not modelled is no server fault: the SDK would only try again. */
function wireFault(error: unknown): { code: string; message: string; status: number } {
  if (error instanceof ServiceFault) {
    return { code: error.code, message: error.message, status: error.$metadata.httpStatusCode };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NotModelledError) return { code: error.name, message, status: 400 };
  return { code: 'InternalFailure', message, status: 500 };
}

const xmlFault = (code: string, message: string, status: number): string =>
  xml('ErrorResponse', {
    Error: { Type: status >= 500 ? 'Receiver' : 'Sender', Code: code, Message: message },
    RequestId: 'lab',
  });
