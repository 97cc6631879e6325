/** What a machine can have told. One entry of the table below each. */
export type About = keyof typeof MESSAGES;

export interface Message {
  readonly headline: string;
  readonly what: string;
  readonly next: readonly string[];
}

/** What the machine knew; everything is optional, since a mail with a gap is better than none. */
export type Details = Readonly<Record<string, unknown>>;

type Compose = (details: Details, workflow: string) => Message;

const text = (details: Details, key: string): string => {
  const value = details[key];
  return typeof value === 'string' ? value : '(not known)';
};

type Answer = Readonly<Record<string, unknown>>;
const isAnswer = (value: unknown): value is Answer => value !== null && typeof value === 'object';

/**
 * Why a step did not give what was wanted, from whatever it answered: an outcome with its reason, that of a
 * Batch within `facts`, or a fault with `Error` and perhaps a `Cause`: a timeout has none.
 */
export function reasonOf(answer: unknown): string {
  if (!isAnswer(answer)) return 'No reason is known.';
  if (typeof answer['Error'] === 'string') return `${answer['Error']}: ${faultOf(answer['Cause'])}`;
  if (typeof answer['reason'] === 'string') return answer['reason'];
  if (isAnswer(answer['fault'])) return reasonOf(answer['fault']);
  if (isAnswer(answer['facts'])) return reasonOf({ outcome: answer['outcome'], ...answer['facts'] });
  const outcome = text(answer, 'outcome');
  return `The last step answered "${outcome}".`;
}

/** Lambda's cause is JSON with the message in it, a nested execution's is JSON with its own Error and Cause. */
export function faultOf(cause: unknown): string {
  if (typeof cause !== 'string') return 'no cause is known';
  try {
    const parsed: unknown = JSON.parse(cause);
    if (!isAnswer(parsed)) return cause;
    if (typeof parsed['errorMessage'] === 'string') return parsed['errorMessage'];
    if (typeof parsed['Error'] === 'string') return `${parsed['Error']}: ${faultOf(parsed['Cause'])}`;
    return typeof parsed['Status'] === 'string' ? `a nested workflow ended as ${parsed['Status']}` : cause;
  } catch {
    return cause;
  }
}

const lastOf = ({ last }: Details): Answer => (isAnswer(last) ? last : {});

const remedyOf = (answer: unknown): readonly string[] => {
  if (!isAnswer(answer)) return [];
  if (typeof answer['remedy'] === 'string') return [answer['remedy']];
  return isAnswer(answer['facts']) ? remedyOf(answer['facts']) : [];
};

const start = (workflow: string, input = '{}'): string => `Start the workflow "${workflow}" with ${input}.`;

const databaseOf = (details: Details): string => {
  const database = details['database'];
  const outcome = isAnswer(database) ? database['outcome'] : null;
  switch (outcome) {
    case 'moved':
      return ' Aurora was asked to move its writer there.';
    case 'failed':
      return ` The database writer did not follow: ${reasonOf(database)}`;
    default:
      return '';
  }
};

/** Why and since when, by what failover decided on. */
const lossOf = (details: Details): string => {
  const { decision } = details;
  const lost = text(details, 'lost');
  if (!isAnswer(decision) || typeof decision['reason'] !== 'string')
    return `${lost} was lost or left the cross-site view.`;
  return `${lost} was lost: ${decision['reason']} (recorded at ${text(decision, 'since')}).`;
};

const databaseNext = (details: Details): readonly string[] =>
  isAnswer(details['database']) && details['database']['outcome'] === 'failed'
    ? ['Move the database writer by hand when its zone is lost: a writer elsewhere works, but slower.']
    : [];

const driftOf = (details: Details): readonly string[] => {
  const traffic = details['traffic'];
  const outcome = isAnswer(traffic) ? traffic['outcome'] : null;
  if (outcome !== 'drift' && outcome !== 'not-safe') return [];
  return [`Route 53 was changed by hand and was left so: ${reasonOf(traffic)} ${start('adopt')}`];
};

const MESSAGES = {
  'failover-isolated': (details) => ({
    headline: `${text(details, 'serving')} serves, ${text(details, 'lost')} is taken offline there`,
    what: `${lossOf(details)} ${text(details, 'serving')} serves and has taken it offline, proven for every cache: writes are good again.`,
    next: [
      `Find out what happened to ${text(details, 'lost')}. It gets no traffic, however healthy it looks.`,
      'It is contained by itself once it answers; you are told, and can start "resync" then.',
    ],
  }),
  'isolation-delayed': (details) => ({
    headline: `writes at ${text(details, 'serving')} are still refused`,
    what: `${text(details, 'lost')} could not be taken offline at ${text(details, 'serving')} at the first attempt, so writes there may be refused or lost. ${reasonOf(details['last'])}`,
    next: ['It is tried again by itself.', ...remedyOf(details['last']), byHand(details)],
  }),
  'isolation-failed': (details) => ({
    headline: `URGENT: writes at ${text(details, 'serving')} are refused`,
    what: `${text(details, 'lost')} could not be taken offline at ${text(details, 'serving')} in five attempts. Until it is, writes there are refused or silently lost. ${reasonOf(details['last'])}`,
    next: [
      ...remedyOf(details['last']),
      byHand(details),
      'The sweep starts the failover again within a minute.',
    ],
  }),
  'failover-done': (details) => ({
    headline: `${text(details, 'serving')} serves, and something is left to do`,
    what: [
      `The failover to ${text(details, 'serving')} is through.`,
      `Bridge: ${outcomeOf(details['bridge'])}. Containing ${text(details, 'lost')}: ${outcomeOf(details['containment'])}. Database: ${outcomeOf(details['database'])}.`,
    ].join(' '),
    next: [
      `Until ${text(details, 'lost')} is contained, keep it from coming back on its own where you can: what it still holds can overwrite newer data.`,
      ...remedyOf(details['containment']),
      ...databaseNext(details),
    ],
  }),
  'nothing-moved': (details, workflow) => ({
    headline: `${workflow} changed nothing: ${isAnswer(details['last']) ? text(details['last'], 'outcome') : 'no answer'}`,
    what: `${workflow} did not go on, and nothing was moved. ${reasonOf(details['last'])}`,
    next:
      remedyOf(details['last']).length > 0
        ? remedyOf(details['last'])
        : [`Settle that, then start "${workflow}" again.`],
  }),
  contained: (details) => ({
    headline: `${text(details, 'site')} is contained`,
    what: `${text(details, 'site')} answers again. Its Keycloak is at 0 instances and it has taken ${text(details, 'serving')} offline, proven: it can neither serve nor write into ${text(details, 'serving')}.`,
    next: [`When its Data Grid is well: ${start('resync')}`],
  }),
  'contain-failed': (details) => ({
    headline: `${text(details, 'site')} is not contained`,
    what: `${text(details, 'site')} could not be contained. ${reasonOf(details['last'])}`,
    next: [...remedyOf(details['last']), 'Readiness tries again every minute while the site answers.'],
  }),
  'resync-done': (details) => ({
    headline: `${text(details, 'stale')} is in sync again`,
    what: `${text(details, 'stale')} was filled from ${text(details, 'source')}: both directions are proven online, the entry counts agree, Keycloak has its original size.`,
    next: [...driftOf(details), `To return traffic to the primary: ${start('switchback')}`],
  }),
  'resync-failed': (details) => ({
    headline: `resync of ${text(details, 'stale')} failed`,
    what: `The resync of ${text(details, 'stale')} stopped before anything was pushed. ${text(details, 'source')} serves as before. ${reasonOf(details['last'])}`,
    next: [...remedyOf(details['last']), `Then: ${start('resync')}`],
  }),
  'resync-failed-after-push': (details) => ({
    headline: `resync of ${text(details, 'stale')} failed, it is taken offline again`,
    what: `The resync of ${text(details, 'stale')} stopped after state was pushed to it. It is taken offline at ${text(details, 'source')} again, so that writes there stay good. ${reasonOf(details['last'])}`,
    next: [...remedyOf(details['last']), `Then: ${start('resync')}`],
  }),
  'approval-asked': (details, workflow) => ({
    headline: `${workflow} waits for your approval`,
    what: `${workflow} would move traffic from ${text(details, 'from')} to ${text(details, 'to')}. It waits until ${text(details, 'deadline')}.`,
    next: [start('approve'), `To refuse: ${start('approve', '{"decision":"refuse"}')}`],
  }),
  'not-approved': (details, workflow) => ({
    headline: `${workflow} was not approved`,
    what: `Traffic stays at ${text(details, 'from')}: the approval was refused, or nobody answered in time.`,
    next: [`When it is wanted after all: ${start(workflow)}`],
  }),
  'switchover-done': (details) => ({
    headline: `${text(details, 'to')} serves after the switchover`,
    what: `Traffic moved from ${text(details, 'from')} to ${text(details, 'to')}.${
      details['isolated'] === true
        ? ` ${text(details, 'from')} is taken offline there and is stale from now on.`
        : ' Both sites still replicate to each other.'
    }${databaseOf(details)}`,
    next: [
      ...driftOf(details),
      ...databaseNext(details),
      details['isolated'] === true
        ? `Before going back: ${start('resync')}`
        : `To go back: ${start('switchover')}`,
    ],
  }),
  'switchover-not-isolated': (details) => ({
    headline: `${text(details, 'to')} serves, but ${text(details, 'from')} is not offline there`,
    what: `Traffic moved from ${text(details, 'from')} to ${text(details, 'to')}, and ${text(details, 'from')} could not be taken offline there. ${reasonOf(details['last'])}`,
    next: [
      ...remedyOf(details['last']),
      'The sweep starts the isolation again within a minute where it is wanted.',
    ],
  }),
  'switchback-done': (details) => ({
    headline: `${text(details, 'to')}, the primary, serves again`,
    what: `Traffic moved from ${text(details, 'from')} back to ${text(details, 'to')}. Both sites are in sync.${databaseOf(details)}`,
    next: ['Nothing.', ...databaseNext(details)],
  }),
  promoted: (details) => ({
    headline: `a site was promoted by hand, loss accepted`,
    what: `A person promoted ${text(lastOf(details), 'site')} and accepted the loss of what only the other one holds. Its Keycloak is up.`,
    next: [
      'The other site is taken offline there now; you are told when that is proven.',
      ...(isAnswer(details['last']) && typeof details['last']['drift'] === 'string'
        ? [`Route 53 was changed by hand and was left so: ${details['last']['drift']}. ${start('adopt')}`]
        : []),
    ],
  }),
  'promoted-not-up': (details) => {
    const site = text(lastOf(details), 'site');
    const keycloak = details['keycloak'];
    const unreachable = isAnswer(keycloak) && keycloak['outcome'] === 'unreachable';
    const seen = unreachable
      ? 'whether its Keycloak is up is not known, since its cluster did not answer at the last look.'
      : 'its Keycloak was not ready, with all of its instances, at the last look.';
    return {
      headline: `URGENT: ${site} was promoted by hand, its Keycloak is not ${unreachable ? 'known to be ' : ''}up`,
      what: `A person promoted ${site} and accepted the loss of what only the other one holds. DNS answers with it, but ${seen} ${reasonOf(keycloak)}`,
      next: [
        unreachable
          ? `Find out why the Kubernetes API of ${site} does not answer, and whether Keycloak there does: try to log in.`
          : `Look at the Keycloak resource and its pods at ${site}: instances that are ready serve, and with none nobody can log in.`,
        `Then start "promote-accepting-loss" once more with the same input: it only asks for Keycloak again.`,
      ],
    };
  },
  adopted: (details) => ({
    headline: 'the deployment was adopted',
    what: `The ledger was written from what stands now: ${text(lastOf(details), 'serving')} serves, ${text(lastOf(details), 'passive')}.`,
    next: [...remedyOf(details['last']), adoptedNext(text(lastOf(details), 'passiveTrust'))],
  }),
  settled: (details) => {
    const last = lastOf(details);
    const [site, trust] = [text(last, 'site'), text(last, 'trust')];
    return {
      headline: `${site} is ${trust}`,
      what: `${site} was suspect and is ${trust}. ${reasonOf(last)}`,
      next: trust === 'stale' ? [`Once you are told that it is contained: ${start('resync')}`] : ['Nothing.'],
    };
  },
} as const satisfies Readonly<Record<string, Compose>>;

export const ABOUTS = Object.keys(MESSAGES) as readonly About[];

export const compose = (about: About, details: Details, workflow: string): Message =>
  (MESSAGES[about] as Compose)(details, workflow);

const outcomeOf = (answer: unknown): string => {
  if (!isAnswer(answer)) return 'not known';
  const outcome = String(answer['outcome']);
  return outcome === 'failed' ? `failed (${reasonOf(answer)})` : outcome;
};

const adoptedNext = (passiveTrust: string): string => {
  switch (passiveTrust) {
    case 'in-sync':
      return 'Nothing more for the other site: it is trusted, and takes over when the serving one fails.';
    case 'stale':
      return `The other site is stale, as the ledger knew before, and gets no traffic. Once you are told that it is contained: ${start('resync')}`;
    default:
      return 'The other site gets no traffic until it is settled: readiness looks at it within minutes, and tells you what it found or what it needs.';
  }
};

/** Step 1 of the guide's chapter 10, for whoever has to do it at a terminal. */
function byHand(details: Details): string {
  const lost = text(details, 'lost');
  return `By hand, in the Data Grid command line at ${text(details, 'serving')}: site take-offline --all-caches --site=${lost}, until "site status --all-caches --site=${lost}" says offline.`;
}
