import { siteOf } from '../../shared/configuration.ts';
import type { DatabaseFacts, Facts } from '../facts.ts';
import { type Check, fail, pass, unknown, warn } from '../report.ts';

const WRITER = 'database-writer';
const MEMBERS = 'database-members';
/** States in which Aurora serves, or is about to. */
const AT_WORK = new Set(['available', 'backing-up', 'failing-over', 'maintenance', 'modifying', 'upgrading']);
const LOOK = 'Look at it in the RDS console.';

/** Where Aurora's writer is, and whether each site's zone has an instance that can take over. */
export function databaseChecks(facts: Facts): readonly Check[] {
  const { database } = facts;
  if (database === null) {
    return [
      unknown(
        MEMBERS,
        'database',
        'The configuration names no database, so nobody looks whether it would survive a zone.',
        'Name it as database.clusterIdentifier in failover.config.json.',
      ),
    ];
  }
  if (database.kind === 'fault') return [fail(MEMBERS, 'database', database.what, database.remedy)];
  return [writerCheck(facts, database.value), ...memberChecks(facts, database.value)];
}

function writerCheck({ configuration, ledger }: Facts, { cluster, status, members }: DatabaseFacts): Check {
  const writer = members.find(({ isWriter }) => isWriter);
  if (!AT_WORK.has(status))
    return fail(WRITER, 'database', `The Aurora cluster ${cluster} is ${status}.`, LOOK);
  if (writer === undefined)
    return fail(WRITER, 'database', `The Aurora cluster ${cluster} has no writer.`, LOOK);
  const stands = `Aurora's writer ${writer.id} is in ${writer.zone ?? 'an unknown zone'}`;
  const serving = ledger.kind === 'known' ? (ledger.value?.serving ?? null) : null;
  const zone = serving === null ? undefined : siteOf(configuration, serving).availabilityZone;
  if (zone === undefined) return pass(WRITER, 'database', `${stands}.`);
  if (writer.zone === zone) return pass(WRITER, 'database', `${stands}, where ${serving} serves.`);
  return warn(
    WRITER,
    'database',
    `${stands}, and ${serving} serves in ${zone}: that works, only slower.`,
    `At a quiet time, fail ${cluster} over to an instance in ${zone} in the RDS console.`,
  );
}

/** Of both sites, as either may be the one that is left. */
const memberChecks = ({ configuration }: Facts, { cluster, members }: DatabaseFacts): readonly Check[] =>
  configuration.sites.map(({ name, availabilityZone: zone }) => {
    if (zone === undefined) {
      return unknown(
        MEMBERS,
        name,
        `${name} names no availabilityZone, so it is not known whether Aurora has an instance there.`,
        'Name it in failover.config.json.',
      );
    }
    const there = members.filter((member) => member.zone === zone);
    const available = there.find(({ isAvailable }) => isAvailable);
    if (available !== undefined)
      return pass(MEMBERS, name, `Aurora has ${available.id} in ${zone}, the zone of ${name}.`);
    const lacks =
      there.length === 0
        ? 'no instance'
        : `no instance that is available (${there.map(({ id }) => id).join(', ')} is not)`;
    return fail(
      MEMBERS,
      name,
      `The Aurora cluster ${cluster} has ${lacks} in ${zone}: alone, ${name} would have no database.`,
      `Add an instance to ${cluster} in ${zone}, or see why the one there is not available.`,
    );
  });
