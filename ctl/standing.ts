import { isArmed, type Ledger, otherSite, type SiteRecord } from '../functions/ledger/ledger.ts';
import { TRUST } from '../functions/readiness/checks/trust.ts';
import type { ReadinessReport } from '../functions/readiness/report.ts';
import { type Configuration, primaryOf } from '../functions/shared/configuration.ts';
import { instant } from '../functions/shared/names.ts';
import { clock, since } from './durations.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';

export interface Standing {
  readonly configuration: Configuration;
  readonly ledger: Ledger;
  readonly readiness: ReadinessReport | null;
  readonly now: Date;
}

/** Where things stand, for a person at a terminal. */
export function standingLines(
  { configuration, ledger, readiness, now }: Standing,
  paint: Paint,
): readonly string[] {
  const { deployment, region, accountId } = configuration;
  const rows = configuration.sites.map(({ name, role }) => {
    const site = ledger.sites[name]!;
    const serves = ledger.serving === name;
    return [
      paint('bold', name),
      role,
      serves ? paint('green', 'serves') : 'passive',
      paint(site.trust === 'in-sync' ? 'green' : 'red', site.trust),
      site.reachability === 'reachable' ? site.reachability : paint('red', site.reachability),
      detailOf(site, ledger.serving),
    ];
  });
  return [
    `${paint('bold', deployment)} in ${region}, account ${accountId}`,
    '',
    ...table([], rows),
    '',
    ...table([], [...factsOf(ledger, now), ...readinessOf(readiness, ledger, now, paint)]),
    '',
    paint('bold', 'Next'),
    ...nextOf(configuration, ledger, readiness, now).map((line) => `  ${line}`),
  ];
}

function detailOf(site: SiteRecord, serving: string): string {
  if (site.trust === 'in-sync' || site.trust === 'suspect') return `since ${clock(site.trustAt)}`;
  return [
    `since ${clock(site.trustAt)}`,
    site.isolated ? `offline at ${serving}` : `NOT proven offline at ${serving}`,
    site.contained ? 'contained' : 'not contained yet',
    ...(site.bridgeCut ? ['bridge cut'] : []),
  ].join(', ');
}

function* factsOf(ledger: Ledger, now: Date): Generator<readonly string[]> {
  const { operation, pending, automation, approval, history, firingAlerts } = ledger;
  const [last] = history;
  yield [
    'Operation',
    operation === null
      ? 'none'
      : `${operation.workflow} since ${clock(operation.startedAt)} (${since(operation.startedAt, now)})`,
  ];
  if (pending !== null)
    yield ['Pending', `${pending.workflow}, since ${clock(pending.since)}: ${pending.reason}`];
  if (approval !== null) {
    const answer =
      approval.answer === 'waiting' ? `waits until ${clock(approval.deadline)}` : approval.answer;
    yield ['Approval', `${approval.workflow} asks: ${approval.question} (${answer})`];
  }
  const until =
    automation.disarmedUntil === null ? 'until somebody arms it' : `until ${clock(automation.disarmedUntil)}`;
  yield [
    'Automation',
    isArmed(ledger, instant(now)) ? 'armed' : `DISARMED ${until}: ${automation.why ?? 'no reason given'}`,
  ];
  const firing = Object.values(firingAlerts);
  if (firing.length > 0) yield ['Firing', firing.map(({ kind, site }) => `${kind} of ${site}`).join(', ')];
  if (last !== undefined) {
    yield ['Last', `${last.workflow} ${last.result} ${since(last.endedAt, now)}: ${last.detail}`];
  }
}

/** Readiness looks every five minutes; what is much older tells of a readiness that does not run. */
const OLD_SECONDS = 900;

function readinessOf(
  readiness: ReadinessReport | null,
  { changedAt }: Ledger,
  now: Date,
  paint: Paint,
): readonly string[][] {
  if (readiness === null) return [['Readiness', 'not looked yet']];
  const { ready, checks, at } = readiness;
  const seconds = (now.getTime() - Date.parse(at)) / 1000;
  const seen = `${since(at, now)}${changedAt > at ? ', before the ledger’s last change' : ''}`;
  const age = seconds > OLD_SECONDS ? paint('red', `OLD, ${seen}`) : seen;
  const failing = checks.filter(({ result }) => result === 'fail').map(({ what }) => what);
  return [
    [
      'Readiness',
      ready
        ? `${paint('green', 'a failover would succeed')} (${age})`
        : `${paint('red', 'a failover might NOT succeed')} (${age}): ${failing.join(' ')}`,
    ],
  ];
}

/** What whoever looks may have to do, each with its command. */
function nextOf(
  configuration: Configuration,
  ledger: Ledger,
  readiness: ReadinessReport | null,
  now: Date,
): readonly string[] {
  const passive = otherSite(ledger, ledger.serving);
  const { trust, contained } = ledger.sites[passive]!;
  const ofPassive = ofThePassiveSite(trust, contained, passive);
  const busy = ledger.operation !== null;
  const waits = ledger.approval?.answer === 'waiting';
  const advice = [
    ...(waits ? ['Answer: npm run ctl -- approve, or: npm run ctl -- refuse'] : []),
    ...(busy && !waits ? [`Wait for ${ledger.operation!.workflow}, or stop it: npm run ctl -- abort`] : []),
    ...(isArmed(ledger, instant(now)) ? [] : ['When the reason is over: npm run ctl -- arm']),
    ...(ledger.lastAutomaticMoveAt === null || ledger.moveAcknowledged
      ? []
      : ['An automatic move waits to be seen: npm run ctl -- acknowledge']),
    ...(ledger.sites[ledger.serving]!.trust === 'in-sync'
      ? []
      : [`${ledger.serving} serves and is not in sync: npm run ctl -- doctor`]),
    ...(busy ? [] : [...ofPassive, ...ofReadiness(readiness, ofPassive.length > 0)]),
    ...(!busy && trust === 'in-sync' && ledger.serving !== primaryOf(configuration).name
      ? ['The primary is in sync. To return traffic to it: npm run ctl -- switchback']
      : []),
  ];
  return advice.length > 0
    ? advice
    : ['Nothing. Whether a failover would succeed now: npm run ctl -- doctor'];
}

/** @param trustIsAdvised whether the ledger has said already what a site that is not in sync needs */
function ofReadiness(readiness: ReadinessReport | null, trustIsAdvised: boolean): readonly string[] {
  const failing = (readiness?.checks ?? []).filter(
    ({ id, result }) => result === 'fail' && !(trustIsAdvised && id === TRUST),
  );
  if (failing.length === 0) return [];
  const remedy = failing.find((each) => each.remedy !== null)?.remedy ?? null;
  return [
    'A failover might not succeed. What to do about each check that fails: npm run ctl -- doctor',
    ...(remedy === null ? [] : [`  First: ${remedy}`]),
  ];
}

function ofThePassiveSite(
  trust: SiteRecord['trust'],
  contained: boolean,
  passive: string,
): readonly string[] {
  if (trust === 'suspect') return [`${passive} is suspect: npm run ctl -- doctor says what settles it`];
  if (trust !== 'stale') return [];
  return contained
    ? [`When the Data Grid of ${passive} is well: npm run ctl -- resync`]
    : [`${passive} is contained as soon as it answers; then: npm run ctl -- resync`];
}
