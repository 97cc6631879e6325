import type { CacheName, SiteName, Workflow } from '../../functions/shared/names.ts';
import type { ScenarioName } from './scenarios.ts';
import type { WorldEvent, WorldOptions } from './world.ts';

/** What a client read. `missing`: answered that there is no such session. */
export type ReadAnswer =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'no-answer' };

interface Attempted {
  /** When the client began, in milliseconds since the epoch. */
  readonly at: number;
  /** Where DNS sent it. */
  readonly site: SiteName;
  readonly cache: CacheName;
  readonly key: string;
  /** Until the answer, or until the client gave up. Without the read-back. */
  readonly milliseconds: number;
}

/**
 * - `good`: answered, and read back as written.
 * - `lost`: answered as done, and the read-back showed something else.
 * - `refused`: answered as not done, or no connection.
 * - `unknown`: no answer, or done and the read-back got none.
 */
export type WriteOutcome = 'good' | 'lost' | 'refused' | 'unknown';

export interface Write extends Attempted {
  readonly type: 'write';
  /** Null: the session was ended. */
  readonly value: string | null;
  readonly outcome: WriteOutcome;
  /** Null: there was nothing to read back. */
  readonly readBack: ReadAnswer | null;
}

export interface Read extends Attempted {
  readonly type: 'read';
  readonly answer: ReadAnswer;
}

/** Of one session in the order in which they happened: no client uses a session twice at a time. */
export type Attempt = Write | Read;

/** Something that must not reach the survivor, and whether it did. */
export interface Probe {
  readonly at: number;
  readonly what: string;
  readonly cache: CacheName;
  readonly key: string;
  /** What the survivor must hold; null: nothing. */
  readonly expected: string | null;
  readonly found: string | null;
  /** Without a bridge that can be cut, the survivor is only safe once the lost site is contained. */
  readonly counts: boolean;
}

export interface StoryEvent extends Omit<WorldEvent, 'kind'> {
  /** `story`: what the drill itself did or saw. */
  readonly kind: WorldEvent['kind'] | 'story';
}

interface ExecutionRecord {
  readonly workflow: Workflow;
  readonly status: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** Entries of every cache at a site, read behind Keycloak's back. */
type SiteEntries = Readonly<Record<CacheName, Readonly<Record<string, string>>>>;

/** All that a drill saw. Proofs, measures and the report are made of this alone. */
export interface DrillRecord {
  readonly scenario: ScenarioName;
  readonly world: 'real' | 'simulated';
  readonly caches: WorldOptions['caches'];
  readonly unaided: boolean;
  readonly sites: readonly [SiteName, SiteName];
  /** Served when the story began. */
  readonly serving: SiteName;
  /** The site that was lost; null when nothing was lost. */
  readonly lost: SiteName | null;
  /** How long clients may use an answer of DNS again. */
  readonly recordTtlSeconds: number;
  readonly startedAt: number;
  /** From then on clients come at their pace; what was written before is yesterday's. */
  readonly clientsFrom: number;
  /** When the fault set in, or when a planned move was asked for. */
  readonly lostAt: number | null;
  /** When it was recorded who serves from then on. */
  readonly decidedAt: number | null;
  readonly returnedAt: number | null;
  /** When the lost site could neither serve nor write into the survivor any more. */
  readonly containedAt: number | null;
  /** When the lost site was proven in sync again. */
  readonly inSyncAt: number | null;
  readonly endedAt: number;
  /** Why the story did not come to its end; null when it did. */
  readonly failure: string | null;
  readonly attempts: readonly Attempt[];
  readonly probes: readonly Probe[];
  /** What DNS answered, whenever that changed. */
  readonly dns: readonly { readonly at: number; readonly site: SiteName }[];
  readonly events: readonly StoryEvent[];
  readonly executions: readonly ExecutionRecord[];
  readonly mails: readonly { readonly at: number; readonly subject: string; readonly body: string }[];
  readonly keycloakBefore: Readonly<Record<SiteName, number>>;
  readonly keycloakAfter: Readonly<Record<SiteName, number>>;
  /** At the end, with no client at work. Null: the story did not get so far. */
  readonly entries: Readonly<Record<SiteName, SiteEntries>> | null;
}
