import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { AUTHORITATIVE_ANSWER, type Answer as DnsAnswer, decode, encode, type Question } from 'dns-packet';
import type { Route53 } from './route-53.ts';

const NAME_DOES_NOT_EXIST = 3;

export interface DnsServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The authoritative server of the failover records' zone, on UDP at a free port of the loopback: a CNAME to the
 * site's own name, and 127.0.0.1 for the sites themselves (their ports differ, which DNS can't say).
 * Not modelled: TCP, EDNS, SOA and NS records, and a resolver in between: who asks here has no cache.
 * @param targets the sites' own names
 */
export async function serveDns(
  route53: Pick<Route53, 'answer'>,
  targets: readonly string[],
): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.on('message', (message, sender) => {
    const query = decode(message);
    const [question] = query.questions ?? [];
    const answers = question === undefined ? null : answersTo(question, route53, targets);
    const reply = encode({
      type: 'response',
      id: query.id ?? 0,
      flags: AUTHORITATIVE_ANSWER | (answers === null ? NAME_DOES_NOT_EXIST : 0),
      questions: query.questions ?? [],
      answers: answers ?? [],
    });
    socket.send(reply, sender.port, sender.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function answersTo(
  { name, type }: Question,
  route53: Pick<Route53, 'answer'>,
  targets: readonly string[],
): DnsAnswer[] | null {
  const address = (of: string, ttl: number): DnsAnswer[] =>
    type === 'A' ? [{ type: 'A', name: of, ttl, data: '127.0.0.1' }] : [];
  if (targets.includes(name.toLowerCase())) return address(name, 60);
  const answer = route53.answer(name);
  if (answer === null) return null;
  const { target, ttlSeconds: ttl } = answer;
  return [{ type: 'CNAME', name, ttl, data: target }, ...address(target, ttl)];
}
