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
  const { seconds, targetSeconds, sentence, steps } = recoveryFrom(facts);
  if (seconds === null) return [unknown(ID, 'configuration', sentence, null)];
  if (seconds <= targetSeconds) return [pass(ID, 'configuration', sentence)];
  const detection = steps.find(({ name }) => name === 'detection')!;
  return [
    warn(
      ID,
      'configuration',
      sentence,
      `Checks every 10 s with a FailureThreshold of 1 and a TTL of 60 s or less are the fastest (now: ${detection.why}). ` +
        'The alarm’s minute stays. Or set targets.recoverySeconds to what is wanted.',
    ),
  ];
}
