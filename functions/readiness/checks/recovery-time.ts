import { otherSite } from '../../ledger/ledger.ts';
import { siteOf } from '../../shared/configuration.ts';
import type { Facts } from '../facts.ts';
import { type Recovery, recoveryOf, unknownRecovery } from '../recovery.ts';
import { type Check, pass, unknown, warn } from '../report.ts';
import { ledgerOf } from './ledger-of.ts';

const ID = 'recovery-time';

/** The recovery time that this installation can reach, for the loss of the site that serves now. */
export function recoveryFrom(facts: Facts): Recovery {
  const { configuration, traffic, database } = facts;
  const targetSeconds = configuration.targets.recoverySeconds;
  const ledger = ledgerOf(facts);
  if (ledger === null) return unknownRecovery(targetSeconds, 'it is not known who serves.');
  const lost = ledger.serving;
  const { endpointCheck } = traffic[lost]!;
  if (endpointCheck.kind === 'fault') return unknownRecovery(targetSeconds, endpointCheck.what);
  const writer =
    database?.kind === 'known' ? database.value.members.find(({ isWriter }) => isWriter) : undefined;
  const { intervalSeconds, failureThreshold } = endpointCheck.value;
  return recoveryOf({
    lost,
    survivor: otherSite(ledger, lost),
    intervalSeconds,
    failureThreshold,
    recordTtlSeconds: configuration.traffic.recordTtlSeconds,
    targetSeconds,
    writerIsLost: writer !== undefined && writer.zone === siteOf(configuration, lost).availabilityZone,
  });
}

/** A target that can't be met is a matter of settings, and keeps no failover from succeeding. */
export function recoveryCheck(facts: Facts): readonly Check[] {
  const { seconds, targetSeconds, sentence } = recoveryFrom(facts);
  if (seconds === null) return [unknown(ID, 'configuration', sentence, null)];
  if (seconds <= targetSeconds) return [pass(ID, 'configuration', sentence)];
  return [warn(ID, 'configuration', sentence, fasterBy(facts))];
}

const FASTEST = { intervalSeconds: 10, failureThreshold: 1, recordTtlSeconds: 60 };

function fasterBy({ traffic, ledger, configuration }: Facts): string {
  const target = 'set targets.recoverySeconds in failover.config.json to what is good enough';
  const check = ledger.kind === 'known' && ledger.value !== null ? traffic[ledger.value.serving] : undefined;
  const { recordTtlSeconds } = configuration.traffic;
  const slow = [
    ...(check?.endpointCheck.kind === 'known' &&
    check.endpointCheck.value.intervalSeconds > FASTEST.intervalSeconds
      ? ['an endpoint check with a RequestInterval of 10 (which takes a new check)']
      : []),
    ...(check?.endpointCheck.kind === 'known' &&
    check.endpointCheck.value.failureThreshold > FASTEST.failureThreshold
      ? ['a FailureThreshold of 1']
      : []),
    ...(recordTtlSeconds > FASTEST.recordTtlSeconds ? ['a TTL of 60 s'] : []),
  ];
  return slow.length === 0
    ? `No setting makes it faster, as the alarm’s minute stays: ${target}.`
    : `Faster would be: ${slow.join(', ')}. Or ${target}.`;
}
