import { XMLParser } from 'fast-xml-parser';
import { NotModelledError } from '../service.ts';
import { xml } from '../xml.ts';

const NAMESPACE = 'https://route53.amazonaws.com/doc/2013-04-01/';
const NUMBERS = new Set(['HealthCheckVersion', 'Port', 'FailureThreshold', 'HealthThreshold']);
const FLAGS = new Set(['Inverted', 'Disabled', 'EnableSNI']);
/** Lists, and the name of their elements. */
const LISTS: Readonly<Record<string, string>> = {
  ChildHealthChecks: 'ChildHealthCheck',
  ResetElements: 'ResettableElementName',
};

const parser = new XMLParser({
  parseTagValue: false,
  isArray: (name) => Object.values(LISTS).includes(name),
});

/** Route 53's addresses: which operation a request asks for, and with what. */
export function route53Call(method: string, url: URL, body: string): { operation: string; input: object } {
  const [, , kind, id, rest] = url.pathname.split('/').map(decodeURIComponent);
  const asked = `${method} ${id === undefined ? 'all of ' : ''}${kind}${rest === undefined ? '' : ` ${rest}`}`;
  if (asked === 'GET healthcheck') return { operation: 'GetHealthCheck', input: { HealthCheckId: id } };
  if (asked === 'GET healthcheck status') {
    return { operation: 'GetHealthCheckStatus', input: { HealthCheckId: id } };
  }
  if (asked === 'POST healthcheck') {
    return { operation: 'UpdateHealthCheck', input: { ...updateIn(body), HealthCheckId: id } };
  }
  if (asked === 'GET hostedzone rrset') {
    return { operation: 'ListResourceRecordSets', input: { HostedZoneId: id } };
  }
  throw new NotModelledError(`The stand-in of Route 53 does not model ${method} ${url.pathname}.`);
}

function updateIn(body: string): object {
  const fields = (parser.parse(body) as Record<string, Record<string, unknown>>)['UpdateHealthCheckRequest'];
  return Object.fromEntries(
    Object.entries(fields ?? {})
      .filter(([key]) => !key.startsWith('@_'))
      .map(([key, value]) => [key, typed(key, value)]),
  );
}

function typed(key: string, value: unknown): unknown {
  if (NUMBERS.has(key)) return Number(value);
  if (FLAGS.has(key)) return value === 'true';
  const element = LISTS[key];
  if (element === undefined) return value;
  return value === '' ? [] : (value as Record<string, unknown>)[element];
}

export const restXmlBody = (operation: string, output: object): string =>
  xml(`${operation}Response`, output).replace('>', ` xmlns="${NAMESPACE}">`);
