import type { Article, Told } from '../shared/report.ts';
import {
  byHand,
  databaseDone,
  databaseNext,
  databaseNotDone,
  driftNext,
  isInDoubt,
  lossOf,
  mayBeUndone,
  promotedLeft,
  promotedNotCleared,
  start,
  trafficOf,
} from './parts.ts';
import { type Details, lastOf, outcomeOf, reasonOf, remedyOf, text } from './reasons.ts';

/** What a machine can have told. One entry of the table below each. */
export type About = keyof typeof MESSAGES;

export interface Message extends Told {
  /** Article of the runbook for whoever has to do something about it. */
  readonly article?: Article;
}

type Compose = (details: Details, workflow: string) => Message;

const MESSAGES = {
  'failover-isolated': (details) => {
    const { serving, lost } = ofLoss(details);
    const traffic = trafficOf(details);
    const undoing = mayBeUndone(serving, lost, details);
    const isSure = !isInDoubt(details);
    return {
      headline: isSure
        ? `${serving} serves, ${lost} is taken offline there`
        : `${serving} serves, ${lost} was taken offline there and may be online again`,
      what: `${lossOf(details)} ${serving} serves, and writes there ${isSure ? 'are' : 'were made'} good again.`,
      done: [
        ...traffic.done,
        `${lost} ${isSure ? 'is' : 'was'} taken offline at ${serving}, proven for every cache.`,
      ],
      notDone: [
        ...traffic.notDone,
        ...undoing.notDone,
        `${lost} is not contained yet, and the database writer has not followed yet: both are tried next, where configured, and you are told of what fails.`,
      ],
      next: [
        ...undoing.next,
        `Find out what happened to ${lost}.${traffic.notDone.length === 0 ? ' It gets no traffic, however healthy it looks.' : ''}`,
        'It is contained by itself once it answers; you are told, and can start "resync" then.',
      ],
      article: 'site-endpoint',
    };
  },
  'isolation-delayed': (details) => {
    const { serving, lost } = ofLoss(details);
    const traffic = trafficOf(details);
    return {
      headline: `writes at ${serving} may still be refused`,
      what: `${lost} could not be proven offline at ${serving} at once, so writes there may be refused or lost. ${reasonOf(details['last'])}`,
      done: traffic.done,
      notDone: [...traffic.notDone, `${lost} is not proven offline at ${serving}.`],
      next: ['It is tried again by itself.', ...remedyOf(details['last']), byHand(details)],
      article: 'workflow-failed',
    };
  },
  'isolation-failed': (details) => {
    const { serving, lost } = ofLoss(details);
    const traffic = trafficOf(details);
    // Of a cluster that does not answer nobody knows whether the lost site is offline there.
    const areRefused = outcomeOf(details['last']) === 'not-proven';
    return {
      headline: `URGENT: writes at ${serving} ${areRefused ? 'are' : 'may be'} refused`,
      what: `${lost} could not be proven offline at ${serving} in five attempts. ${areRefused ? 'Until it is' : 'Where it is not'}, writes there are refused or silently lost. ${reasonOf(details['last'])}`,
      done: traffic.done,
      notDone: [
        ...traffic.notDone,
        `${lost} is not proven offline at ${serving}.`,
        `${lost} may not be contained yet: where it is not, that is tried next.`,
      ],
      next: [
        ...remedyOf(details['last']),
        byHand(details),
        'While automation is armed, the sweep starts the failover again within a minute.',
      ],
      article: 'workflow-failed',
    };
  },
  'failover-done': (details) => {
    const { serving, lost } = ofLoss(details);
    const undoing = mayBeUndone(serving, lost, details);
    const parts = [
      { name: 'Bridge', answer: details['bridge'], wanted: ['cut', 'not-configured'] },
      { name: `Containing ${lost}`, answer: details['containment'], wanted: ['contained'] },
      {
        name: 'Database',
        answer: details['database'],
        wanted: ['moved', 'already-there', 'not-configured', 'not-asked'],
      },
    ].map(({ name, answer, wanted }) => ({
      line: `${name}: ${said(answer)}.`,
      good: wanted.includes(outcomeOf(answer) ?? ''),
    }));
    return {
      headline: `${serving} serves, and something is left to do`,
      what: `The failover to ${serving} is through, and not all that follows it could be done.`,
      done: [
        !isInDoubt(details)
          ? `${lost} is taken offline at ${serving}, proven for every cache: writes there are good.`
          : `${lost} was taken offline at ${serving}, proven for every cache.`,
        ...parts.filter(({ good }) => good).map(({ line }) => line),
      ],
      notDone: [...undoing.notDone, ...parts.filter(({ good }) => !good).map(({ line }) => line)],
      next: [
        ...undoing.next,
        `Until ${lost} is contained, keep it from coming back on its own where you can: what it still holds can overwrite newer data.`,
        ...remedyOf(details['containment']),
        ...databaseNext(details),
      ],
      article: 'site-endpoint',
    };
  },
  'nothing-moved': (details, workflow) => ({
    headline: `${workflow} changed nothing: ${outcomeOf(details['last']) ?? 'no answer'}`,
    what: `${workflow} did not go on. ${reasonOf(details['last'])}`,
    done: [],
    notDone: [`Nothing was moved: "${workflow}" did nothing of what it is for.`],
    next:
      remedyOf(details['last']).length > 0
        ? remedyOf(details['last'])
        : [`Settle that, then start "${workflow}" again.`],
  }),
  'moved-not-passing': (details) => {
    const { from, to } = ofMove(details);
    return {
      headline: `${to} was to serve, and does not pass its health check`,
      what: `Traffic was to move from ${from} to ${to}, whose endpoint failed meanwhile. ${reasonOf(details['last'])}`,
      done: [`${to} is recorded as the site that serves.`],
      notDone: [
        `While its checkers find that ${to} does not pass, Route 53 answers with ${from} by itself.`,
        `Neither site was taken offline at the other one, so writes at ${from} may be refused where ${to} is gone.`,
        'Aurora was not asked to move its writer.',
      ],
      next: [
        `While automation is armed, the alarm of ${to} makes ${from} serve again and takes ${to} offline there, or asks you where nobody can look whether ${from} passes. At once, or where it is disarmed: ${start('failover', `{"lostSite":"${to}"}`)}`,
        `Where ${to} passes again before that, it serves: look whether Aurora's writer is in its zone.`,
      ],
      article: 'site-endpoint',
    };
  },
  contained: (details) => ({
    headline: `${text(details, 'site')} is contained`,
    what: `${text(details, 'site')} answers again, and can neither serve nor write into ${text(details, 'serving')}.`,
    done: [
      `Keycloak at ${text(details, 'site')} is at 0 instances.`,
      `${text(details, 'site')} has taken ${text(details, 'serving')} offline, proven for every cache.`,
    ],
    notDone: [`${text(details, 'site')} is not in sync: it holds what it held when it was lost.`],
    next: [`When its Data Grid is well: ${start('resync')}`],
  }),
  'contain-failed': (details) => ({
    headline: `${text(details, 'site')} is not contained`,
    what: `${text(details, 'site')} could not be contained. ${reasonOf(details['last'])}`,
    done: [],
    notDone: [
      `${text(details, 'site')} may still write into ${text(details, 'serving')}, where the bridge is not cut.`,
    ],
    next: [...remedyOf(details['last']), 'Readiness tries again every minute while the site answers.'],
    article: 'workflow-failed',
  }),
  'resync-done': (details) => ({
    headline: `${text(details, 'stale')} is in sync again`,
    what: `${text(details, 'stale')} was filled from ${text(details, 'source')}, and takes over when that one fails.`,
    done: [
      `State was pushed from ${text(details, 'source')} to ${text(details, 'stale')}, and the entry counts agree.`,
      'Both directions are proven online for every cache.',
      'Keycloak has its original size.',
    ],
    notDone: [`Traffic was not moved: ${text(details, 'source')} serves.`],
    next: [...driftNext(details), `To return traffic to the primary: ${start('switchback')}`],
  }),
  'resync-failed': (details) => ({
    headline: `resync of ${text(details, 'stale')} failed`,
    what: `The resync of ${text(details, 'stale')} stopped before anything was pushed. ${text(details, 'source')} serves as before. ${reasonOf(details['last'])}`,
    done: [],
    notDone: [`${text(details, 'stale')} is stale, as before.`],
    next: [...remedyOf(details['last']), `Then: ${start('resync')}`],
    article: 'workflow-failed',
  }),
  'resync-failed-after-push': (details) => ({
    headline: `resync of ${text(details, 'stale')} failed, it is taken offline again`,
    what: `The resync of ${text(details, 'stale')} stopped after state was pushed to it. ${reasonOf(details['last'])}`,
    done: [
      `${text(details, 'stale')} is taken offline at ${text(details, 'source')} again, so that writes there stay good.`,
    ],
    notDone: [
      `${text(details, 'stale')} is stale: it holds a part of what was pushed. The bridge to it is not cut yet; where that is enabled, it is tried next.`,
    ],
    next: [...remedyOf(details['last']), `Then: ${start('resync')}`],
    article: 'workflow-failed',
  }),
  'approval-asked': (details, workflow) => ({
    headline: `${workflow} waits for your approval`,
    what: `${workflow} would move traffic from ${text(details, 'from')} to ${text(details, 'to')}. It waits until ${text(details, 'deadline')}.`,
    done: ['What can be checked beforehand was checked; it is checked again after your answer.'],
    notDone: ['Nothing was moved.'],
    next: [start('approve'), `To refuse: ${start('approve', '{"decision":"refuse"}')}`],
  }),
  'not-approved': (details, workflow) => ({
    headline: `${workflow} was not approved`,
    what: 'The approval was refused, or nobody answered in time.',
    done: [],
    notDone: [`Traffic stays at ${text(details, 'from')}.`],
    next: [`When it is wanted after all: ${start(workflow)}`],
  }),
  'switchover-done': (details) => {
    const { from, to, isolated } = ofMove(details);
    return {
      headline: `${to} serves after the switchover`,
      what: isolated
        ? `Traffic moved from ${from} to ${to}. ${from} is stale from now on.`
        : `Traffic moved from ${from} to ${to}. Both sites still replicate to each other.`,
      done: [
        `Traffic goes to ${to}.`,
        ...(isolated ? [`${from} is taken offline at ${to}, proven for every cache.`] : []),
        ...databaseDone(details),
      ],
      notDone: databaseNotDone(details),
      next: [
        ...driftNext(details),
        ...databaseNext(details),
        isolated ? `Before going back: ${start('resync')}` : `To go back: ${start('switchover')}`,
      ],
    };
  },
  'switchover-not-isolated': (details) => {
    const { from, to } = ofMove(details);
    return {
      headline: `${to} serves, but ${from} is not offline there`,
      what: `Traffic moved from ${from} to ${to}, and ${from} could not be taken offline there. ${reasonOf(details['last'])}`,
      done: [`Traffic goes to ${to}.`],
      notDone: [
        `${from} is not proven offline at ${to}: writes there may be refused once ${from} is gone.`,
        ...databaseNotDone(details),
      ],
      next: [
        ...remedyOf(details['last']),
        ...databaseNext(details),
        outcomeOf(details['last']) === 'not-passing'
          ? `Both sites still replicate to each other, and Route 53 answers with ${from} while ${to} does not pass: bring ${to} back.`
          : 'The sweep starts the isolation again within a minute where it is wanted.',
      ],
      article: 'workflow-failed',
    };
  },
  'switchback-done': (details) => ({
    headline: `${text(details, 'to')}, the primary, serves again`,
    what: `Traffic moved from ${text(details, 'from')} back to ${text(details, 'to')}. Both sites are in sync.`,
    done: [`Traffic goes to ${text(details, 'to')}.`, ...databaseDone(details)],
    notDone: databaseNotDone(details),
    next: databaseNotDone(details).length === 0 ? ['Nothing.'] : databaseNext(details),
  }),
  'left-since': (details, workflow) => {
    const { from, to } = ofMove(details);
    return {
      headline: `${to} served after the ${workflow}, and does not any more`,
      what: `Traffic moved from ${from} to ${to}. Something newer has been decided before this could be told.`,
      done: [`The ${workflow} was carried out.`],
      notDone: [`${to} does not serve now.`],
      next: ['See the mail about what came after it; who serves now stands above.'],
    };
  },
  promoted: (details) => {
    const last = lastOf(details);
    const site = text(last, 'site');
    const done = [`Traffic goes to ${site}.`, 'Its Keycloak is up.'];
    if (typeof last['suspect'] === 'string')
      return {
        headline: `${site} was promoted by hand, and may itself have lost entries`,
        what: `A person promoted ${site} while it served already and was suspect. Nothing was decided by that about whose data is kept.`,
        done,
        notDone: [`What ${site} lost itself is not accepted: it stays suspect.`],
        next: promotedLeft(details),
      };
    return {
      headline: `a site was promoted by hand, loss accepted`,
      what: `A person promoted ${site} and accepted the loss of what only the other one holds.`,
      done,
      notDone: ['The other site is not taken offline there yet.'],
      next: [
        'The other site is taken offline there now; you are told when that is proven.',
        ...promotedLeft(details),
      ],
    };
  },
  'promoted-not-up': (details) => {
    const site = text(lastOf(details), 'site');
    const { keycloak, clears } = details;
    if (outcomeOf(keycloak) === 'ready') {
      return {
        headline: `URGENT: ${site} was promoted by hand, and may still be cleared`,
        what: `A person promoted ${site} and accepted the loss of what only the other one holds. It serves, and a clear from before, when it was to be brought back in step, may still begin there and empty it. ${reasonOf(clears)}`,
        done: [`DNS answers with ${site}.`, 'Its Keycloak is up.'],
        notDone: [`It is not proven that no clear is left at ${site}.`],
        next: [
          ...remedyOf(clears),
          `Then start "promote-accepting-loss" once more with the same input: it only looks again.`,
          ...promotedLeft(details),
        ],
        article: 'workflow-failed',
      };
    }
    const unreachable = outcomeOf(keycloak) === 'unreachable';
    const seen = unreachable
      ? 'whether its Keycloak is up is not known, since its cluster did not answer at the last look.'
      : 'its Keycloak was not ready, with all of its instances, at the last look.';
    return {
      headline: `URGENT: ${site} was promoted by hand, its Keycloak is not ${unreachable ? 'known to be ' : ''}up`,
      what: `A person promoted ${site} and accepted the loss of what only the other one holds. DNS answers with it, but ${seen} ${reasonOf(keycloak)}`,
      done: [`DNS answers with ${site}.`],
      notDone: [
        `Keycloak at ${site} is not seen up.`,
        'The other site is not taken offline there yet.',
        ...promotedNotCleared(site, details),
      ],
      next: [
        unreachable
          ? `Find out why the Kubernetes API of ${site} does not answer, and whether Keycloak there does: try to log in.`
          : `Look at the Keycloak resource and its pods at ${site}: instances that are ready serve, and with none nobody can log in.`,
        ...remedyOf(clears),
        `Then start "promote-accepting-loss" once more with the same input: it only looks again, for Keycloak too.`,
        ...promotedLeft(details),
      ],
      article: 'workflow-failed',
    };
  },
  adopted: (details) => ({
    headline: 'the deployment was adopted',
    what: `The ledger was written from what stands now: ${text(lastOf(details), 'serving')} serves, ${text(lastOf(details), 'passive')}.`,
    done: ['The ledger knows who serves, and takes the health checks as they stand.'],
    notDone: ['No traffic was moved, and no site was changed.'],
    next: [...remedyOf(details['last']), adoptedNext(text(lastOf(details), 'passiveTrust'))],
  }),
  settled: (details) => {
    const last = lastOf(details);
    const [site, trust] = [text(last, 'site'), text(last, 'trust')];
    return {
      headline: `${site} is ${trust}`,
      what: `${site} was suspect and is ${trust}. ${reasonOf(last)}`,
      done: [`What is to be known of ${site} was looked at, at both sites.`],
      notDone: trust === 'stale' ? [`${site} is not contained yet.`] : [],
      next: trust === 'stale' ? [`Once you are told that it is contained: ${start('resync')}`] : ['Nothing.'],
    };
  },
} as const satisfies Readonly<Record<string, Compose>>;

export const ABOUTS = Object.keys(MESSAGES) as readonly About[];

export const compose = (about: About, details: Details, workflow: string): Message =>
  (MESSAGES[about] as Compose)(details, workflow);

const ofLoss = (details: Details) => ({ serving: text(details, 'serving'), lost: text(details, 'lost') });

const ofMove = (details: Details) => ({
  from: text(details, 'from'),
  to: text(details, 'to'),
  isolated: details['isolated'] === true,
});

const said = (answer: unknown): string => {
  const outcome = outcomeOf(answer) ?? 'not known';
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
