import { callerOf, TOLD } from '../../../functions/shared/endings.ts';
import type { Execution } from '../../aws/step-functions-records.ts';
import { saysInSync } from '../mails.ts';
import { type Eyes, hasRestarted, PLANNED, RESTART_FOUND_MILLISECONDS } from './eyes.ts';
import { type Ending, endingsOf, isSuccessTold, mutes, namesIt, outcomeOf, startsByItself } from './told.ts';

/** What no look may outlast: the longest TimeoutSeconds of a machine is checked by the engine itself. */
const ENDINGS_TOLD_WITHIN_MILLISECONDS = 240_000;

const TOLD_JUST_BEFORE_MILLISECONDS = 60_000;

/** `always-told`: every execution that ended badly, or did something, is in a mail. */
export function checkTold(eyes: Eyes): void {
  for (const execution of eyes.world.installation.engine.listExecutions()) {
    const { status, machine, stopDate } = execution;
    if (status === 'RUNNING') continue;
    const ended = stopDate?.getTime() ?? eyes.now();
    if (eyes.now() - ended < ENDINGS_TOLD_WITHIN_MILLISECONDS) continue;
    if (!isTold(execution, eyes))
      eyes.violated('always-told', `${machine} ended as ${howItEnded(execution)}, and nobody was told.`);
  }
}

const howItEnded = ({ status, error, output }: Execution): string =>
  status === 'SUCCEEDED' ? String(outcomeOf(output)) : `${status}${error === null ? '' : ` (${error})`}`;

/** What it does for a caller's operation is the caller's to tell. */
const isForItself = ({ machine, input }: Execution): boolean =>
  machine !== 'run-batch' && callerOf(JSON.stringify(input)) === undefined;

/** Whether nobody is owed a word about how it ended. */
export function isTold(execution: Execution, eyes: Eyes): boolean {
  if (!isForItself(execution)) return true;
  if (execution.status === 'SUCCEEDED') return isSuccessTold(execution, eyes);
  return endingsOf(execution, eyes.now()).every((ending) => isEndTold(execution, ending, eyes));
}

function isEndTold({ executionArn, error }: Execution, ending: Ending, eyes: Eyes): boolean {
  const { engine, mailbox } = eyes.world.installation;
  const { mails } = mailbox;
  // The rule's closer may be called again for long; what the machine itself tells is sent when it goes on.
  const until = error === TOLD ? ending.to : Number.POSITIVE_INFINITY;
  if (mails.some((mail) => mail.at >= ending.from && mail.at <= until && namesIt(mail, executionArn)))
    return true;
  if (ending.isOfNested)
    return engine
      .listExecutions()
      .filter((each) => each.parent === executionArn && each.error === TOLD)
      .some((each) => isForItself(each) && isTold(each, eyes));
  return startsByItself(executionArn) && mails.some((mail) => mutes(mail, ending));
}

/** Whoever is outranked later than this was outranked by something else. */
const NOTICED_WITHIN_MILLISECONDS = 120_000;

/** Whatever else is started waits for whoever holds the operation, or is refused. */
const OUTRANKING: ReadonlySet<string> = new Set(['failover', 'promote-accepting-loss', 'adopt']);

/** `liveness`: nobody is superseded by nothing: by an alarm, a disturbance, or a workflow that was carried out. */
export function checkSuperseded({ world, outrankedBetween, decidedBetween, violated }: Eyes): void {
  const executions = world.installation.engine.listExecutions();
  for (const { machine, output, parent, startDate, stopDate, executionArn } of executions) {
    if (outcomeOf(output) !== 'superseded' || parent !== null) continue;
    const [began, to] = [startDate.getTime(), stopDate!.getTime()];
    const byAnother = executions.some(
      (other) =>
        other.executionArn !== executionArn &&
        other.parent === null &&
        // Readiness begins every minute: the site is settled by the one that comes to it first.
        (OUTRANKING.has(other.machine) ||
          // Which site is to be brought back in step is another one after it.
          (machine === 'resync' && PLANNED.has(other.machine)) ||
          (machine === 'readiness' && other.machine === machine && outcomeOf(other.output) === 'settled')) &&
        // What it decided stands, also where it could not carry it out.
        (other.status === 'SUCCEEDED' || decidedBetween(began, to)) &&
        other.startDate.getTime() <= to &&
        other.stopDate!.getTime() >= began,
    );
    if (
      !byAnother &&
      !(outrankedBetween(began - NOTICED_WITHIN_MILLISECONDS, to) && decidedBetween(began, to))
    )
      violated('liveness', `${machine} ended as superseded, and nothing has outranked it.`);
  }
}

/** `always-told`: what a mail says is so. */
export function checkMail(
  text: string,
  { world, sites, sessions, entries, now, disturbedAt, violated }: Eyes,
): void {
  if (sites.some((site) => now() - disturbedAt(site) < TOLD_JUST_BEFORE_MILLISECONDS)) return;
  for (const site of sites) {
    const lacking = saysInSync(text, site) ? sessions.lacking(site, entries) : null;
    if (lacking !== null)
      violated('always-told', `On-call is told that ${site} is in sync, and it lacks ${lacking}.`);
    const serving = sites.find((each) => text.endsWith(`: ${each} serves, ${site} is taken offline there`));
    if (serving === undefined) continue;
    // A Data Grid that restarts forgets it, and the next look of readiness finds that.
    const { startedAt } = world.grid.site(serving);
    if (hasRestarted({ world }, serving) && now() - startedAt < RESTART_FOUND_MILLISECONDS) continue;
    const online = world.configuration.caches.filter((cache) => world.grid.isOnline(serving, cache));
    if (online.length > 0)
      violated('always-told', `On-call is told that ${site} is offline at ${serving}, and ${online} is not.`);
  }
}

/** `always-told`: nobody is called because of a change by hand that nobody made. */
export function checkDrift(body: string, { sites, mayHaveDrifted, violated }: Eyes): void {
  const said = sites.find((site) => body.includes(`the health check of ${site} has version`));
  if (said !== undefined && !mayHaveDrifted(said))
    violated(
      'always-told',
      `On-call is told that somebody changed the health check of ${said}, and nobody did.`,
    );
}

/** `always-told`: a site of which it is said that its Keycloak is up has one. */
export function checkUp(body: string, { world, sites, violated }: Eyes): void {
  const said = body.includes('Its Keycloak is up.')
    ? sites.find((site) => body.includes(`A person promoted ${site} `))
    : undefined;
  if (said !== undefined && world.site(said).keycloakInstances === 0)
    violated('always-told', `On-call is told that Keycloak of ${said} is up, and it has no instances.`);
}

/** `original-size`: of every site that may serve. */
export function checkSize({ world, sites, violated }: Eyes, original: number): void {
  for (const site of sites) {
    const { keycloakInstances } = world.site(site);
    if (keycloakInstances !== original)
      violated(
        'original-size',
        `Keycloak of ${site} ends with ${keycloakInstances} instances, not ${original}.`,
      );
  }
}
