import type { CacheName, SiteName, Workflow } from '../../functions/shared/names.ts';
import { SITE_A, SITE_B } from '../configuration.ts';
import type { Account } from './account.ts';
import type { Checks, Seen } from './checks.ts';
import type { OnCall } from './on-call.ts';
import type { LabSites } from './sites.ts';

export interface Stage {
  readonly account: Account;
  readonly sites: LabSites;
  readonly onCall: OnCall;
  readonly checks: Checks;
  readonly caches: readonly CacheName[];
  readonly keycloakInstances: number;
  readonly say: (line: string) => void;
}

/** Something later steps lean on did not happen: to go on would only print the same failure again. */
export class StoryEndsError extends Error {
  override readonly name = 'StoryEndsError';
}

/** site-a serves, is lost, failed over from, comes back, is contained, resynchronized and serves again. */
export async function play(stage: Stage): Promise<void> {
  await adopt(stage);
  await failOver(stage);
  await contain(stage);
  await resync(stage);
  await switchBack(stage);
}

async function adopt(stage: Stage): Promise<void> {
  const { checks, sites, say } = stage;
  say('Before anything is adopted');
  await checks.within(90, 'Route 53 finds both endpoints healthy', () => ({
    holds: [SITE_A, SITE_B].every((site) => sites.endpointIsHealthy(site)),
    seen: [SITE_A, SITE_B].map((site) => `${site} ${healthWord(sites, site)}`).join(', '),
  }));
  say('Adopt: site-a serves, both are in sync');
  needed(await ends(stage, 'adopt', { serving: SITE_A, inSync: true }, 120));
  await checks.within(10, 'the deployed ledger says that site-a serves', () =>
    ledgerSays(stage, SITE_A, 'in-sync'),
  );
  for (const cache of stage.caches) await sites.grid.write(SITE_A, cache, 'before', 'old');
  checks.that('a write at site-a is at site-b in every cache', same(stage));
}

async function failOver(stage: Stage): Promise<void> {
  const { account, checks, sites, onCall, caches, say } = stage;
  const mailsBefore = onCall.mails.length;
  const before = new Set((await account.executions('failover')).map(({ executionArn }) => executionArn));
  say('site-a hangs: its Data Grid, its Keycloak and its cluster’s API');
  sites.freeze(SITE_A);
  await checks.within(60, "Route 53's checkers find the endpoint of site-a unhealthy", () => ({
    holds: !sites.endpointIsHealthy(SITE_A),
    seen: healthWord(sites, SITE_A),
  }));
  await checks.within(30, 'the alarm of the endpoint of site-a is in ALARM', async () => {
    const seen = await account.endpointAlarm(SITE_A);
    return { holds: seen === 'ALARM', seen };
  });
  needed(
    await checks.within(15, 'reconcile has fenced site-a in Route 53', () => ({
      holds: sites.path(SITE_A) !== sites.normalPath,
      seen: `the check of site-a asks for ${sites.path(SITE_A)}`,
    })),
  );
  await checks.within(30, 'DNS answers with site-b', () => ({
    holds: sites.answer() === SITE_B,
    seen: sites.answer(),
  }));
  needed(
    await checks.within(180, 'the Data Grid of site-b has site-a offline in every cache', () => ({
      holds: sites.online(SITE_B).length === 0,
      seen: `${caches.length - sites.online(SITE_B).length} of ${caches.length} caches offline`,
    })),
  );
  for (const cache of caches) await sites.grid.write(SITE_B, cache, 'after', 'new');
  await checks.within(300, 'the execution that reconcile started has SUCCEEDED', async () => {
    const [execution] = (await account.executions('failover')).filter(
      ({ executionArn }) => !before.has(executionArn!),
    );
    return {
      holds: execution?.status === 'SUCCEEDED',
      seen: `${execution?.name ?? 'none'} ${execution?.status ?? ''}`,
    };
  });
  await checks.within(30, 'a mail about it has come through the topic', () => {
    const subjects = onCall.mails.slice(mailsBefore).map(({ subject }) => subject);
    return {
      holds: subjects.some((subject) => subject.includes(SITE_B)),
      seen: subjects.join(' | ') || 'none',
    };
  });
  await checks.within(60, "the database's writer is where site-b is", () => writerIs(stage, SITE_B));
  await checks.within(10, 'the ledger says that site-b serves and site-a is stale', () =>
    ledgerSays(stage, SITE_B, 'stale'),
  );
}

async function contain(stage: Stage): Promise<void> {
  const { account, checks, sites, caches, say } = stage;
  say('site-a goes on where it stopped; the schedule of readiness finds it');
  sites.thaw(SITE_A);
  needed(
    await checks.within(
      240,
      'site-a is contained: its Keycloak is down, and site-b is offline there in every cache',
      async () => {
        const ledger = await account.ledger();
        const instances = sites.keycloakInstances(SITE_A);
        const offline = caches.length - sites.online(SITE_A).length;
        return {
          holds:
            instances === 0 &&
            offline === caches.length &&
            ledger?.sites[SITE_A]?.contained === true &&
            ledger.operation === null,
          seen: `${instances} instances, ${offline} of ${caches.length} caches offline, ${ledger?.operation?.workflow ?? 'no operation'}`,
        };
      },
    ),
  );
  checks.that('DNS still answers with site-b', { holds: sites.answer() === SITE_B, seen: sites.answer() });
}

async function resync(stage: Stage): Promise<void> {
  const { checks, sites, caches, keycloakInstances, say } = stage;
  say('Resync, started with {}');
  needed(await ends(stage, 'resync', {}, 420));
  checks.that('both sites replicate to each other in every cache', {
    holds: [SITE_A, SITE_B].every((site) => sites.online(site).length === caches.length),
    seen: [SITE_A, SITE_B]
      .map((site) => `${site} ${sites.online(site).length} of ${caches.length}`)
      .join(', '),
  });
  checks.that('both sites hold the same in every cache', same(stage));
  checks.that('Keycloak at site-a has its original size', {
    holds: sites.keycloakInstances(SITE_A) === keycloakInstances,
    seen: `${sites.keycloakInstances(SITE_A)} instances`,
  });
  checks.that('the ledger says that site-a is in sync', await ledgerSays(stage, SITE_B, 'in-sync'));
}

async function switchBack(stage: Stage): Promise<void> {
  const { account, checks, sites, say } = stage;
  say('Switchback, started with {}, and approved by the machine approve');
  const execution = await account.start('switchback', {});
  await checks.within(180, 'it asks before it moves traffic', async () => {
    const approval = (await account.ledger())?.approval ?? null;
    return { holds: approval?.answer === 'waiting', seen: approval?.question ?? 'no question' };
  });
  await ends(stage, 'approve', {}, 60);
  needed(await checks.within(420, 'switchback has SUCCEEDED', () => executionSeen(account, execution)));
  await checks.within(60, 'DNS answers with site-a', () => ({
    holds: sites.answer() === SITE_A,
    seen: sites.answer(),
  }));
  checks.that('the check of site-a follows its endpoint again', {
    holds: sites.path(SITE_A) === sites.normalPath,
    seen: `it asks for ${sites.path(SITE_A)}`,
  });
  await checks.within(60, "the database's writer is where site-a is", () => writerIs(stage, SITE_A));
  await checks.within(10, 'the ledger says that site-a serves', () => ledgerSays(stage, SITE_A, 'in-sync'));
}

async function ends(stage: Stage, workflow: Workflow, input: unknown, seconds: number): Promise<boolean> {
  const execution = await stage.account.start(workflow, input);
  return stage.checks.within(seconds, `${workflow} has SUCCEEDED`, () =>
    executionSeen(stage.account, execution),
  );
}

async function executionSeen(account: Account, execution: string): Promise<Seen> {
  const { status, output, error, cause } = await account.describe(execution);
  const why =
    status === 'RUNNING' ? '' : `: ${(error ?? output ?? '').slice(0, 300)} ${(cause ?? '').slice(0, 300)}`;
  return {
    holds: status === 'SUCCEEDED',
    over: status !== 'RUNNING',
    seen: status === 'SUCCEEDED' ? 'SUCCEEDED' : `${status}${why}`,
  };
}

async function ledgerSays({ account }: Stage, serving: SiteName, trust: string): Promise<Seen> {
  const ledger = await account.ledger();
  return {
    holds: ledger?.serving === serving && ledger.sites[SITE_A]?.trust === trust,
    seen:
      ledger === null ? 'no ledger' : `${ledger.serving} serves, site-a is ${ledger.sites[SITE_A]?.trust}`,
  };
}

const writerIs = ({ sites }: Stage, site: SiteName): Seen => ({
  holds: sites.aurora.writer === `aurora-${site}`,
  seen: sites.aurora.writer,
});

const healthWord = (sites: LabSites, site: SiteName): string =>
  sites.endpointIsHealthy(site) ? 'healthy' : 'unhealthy';

/** Something is there, and each cache holds the same at both sites. */
function same({ sites, caches }: Stage): Seen {
  const textOf = (site: SiteName, cache: CacheName) =>
    JSON.stringify([...sites.grid.entries(site, cache)].sort(([one], [other]) => (one < other ? -1 : 1)));
  const entries = caches.reduce((sum, cache) => sum + sites.grid.entries(SITE_B, cache).size, 0);
  const differ = caches.filter((cache) => textOf(SITE_A, cache) !== textOf(SITE_B, cache));
  return {
    holds: entries > 0 && differ.length === 0,
    seen: differ.length === 0 ? `${entries} entries` : `they differ in ${differ.join(', ')}`,
  };
}

function needed(holds: boolean): void {
  if (!holds) throw new StoryEndsError('What follows leans on this; the rest was not tried.');
}
