import { LIES, type Lie } from '../simulated/grid-lies.ts';

/**
 * What may go wrong at a call across the edge:
 * - `fails before`: an error, and nothing was done; `fails after`: the same answer, and it was done;
 * - `no answer`: it was done, and the caller hears nothing until it gives up;
 * - `twice`: it is done twice, as when the SDK repeats a call whose answer was lost, and the second answer counts;
 * - `late`: the caller gives up, and it is done only after the ledger's next decision was carried out; a read answers
 *   late instead;
 * - `slow`: the process is held up before the call, which is made only after the ledger's next decision;
 * - `throttled`: refused, to be tried again;
 * - `stale`: a read answers what it answered before;
 * - `dies before`, `dies after`: the function's process ends there.
 */
export const CALL_FAULTS = [
  'fails before',
  'fails after',
  'no answer',
  'twice',
  'late',
  'slow',
  'throttled',
  'stale',
  'dies before',
  'dies after',
] as const;
type CallFault = (typeof CALL_FAULTS)[number];

/** What may happen around a call, as seen from the workflow that runs. */
export const MOVES = [
  'the execution is stopped',
  'the execution is stopped and redriven later',
  'a person starts failover',
  'a person starts resync',
  'a person starts switchover',
  'a person starts switchback',
  'a person adopts the site with which DNS answers',
  'a person starts it a second time, and stops that',
  'the serving site dies',
  'the other site dies',
  'the other site restarts empty',
  'the lost site comes back',
  'the link breaks',
  'the alarms come again',
  'a person touches a health check',
  'a person fences the other site by hand',
  'the other site freezes for a while',
  'the serving site freezes for a moment',
  'the endpoint of the other site breaks for a while',
  'the Data Grid of the serving site restarts whole',
  'the Data Grid of the other site restarts whole',
  'the APIs of the clusters vanish for a while',
  'the API of the serving site vanishes for a while',
  'the API of the other site vanishes for a while',
  'Route 53 takes no changes for a while',
  'the checkers of Route 53 are late',
  'changes of Route 53 are in force late',
  'others use up the requests to Route 53',
  'the next Batch hangs',
  'no Batch begins for a while',
  'alarms come late and out of order',
  'alarms are lost',
  ...LIES,
] as const;
type Move = (typeof MOVES)[number];

export type TroubleKind = CallFault | Move;
export const TROUBLE_KINDS: readonly TroubleKind[] = [...CALL_FAULTS, ...MOVES];

export interface Trouble {
  /** Which call since the story began, from 1. */
  readonly at: number;
  readonly kind: TroubleKind;
}

/** All that one history depends on: the same gives the same, byte for byte. */
export interface History {
  readonly story: string;
  readonly seed: number;
  readonly troubles: readonly Trouble[];
}

export interface Violation {
  /** Name of the invariant, as the design has it. */
  readonly invariant: string;
  readonly what: string;
  /** Milliseconds since the story began. */
  readonly at: number;
}

/**
 * `success`: it ended well by itself, or stopped and told why where its story has it do so. `safe stop`: it stopped, and
 * on-call made an end of it.
 */
export type Ending = 'success' | 'safe stop' | 'violation';

export interface CallRecord {
  /** Function, API and site: calls of one kind. */
  readonly key: string;
  readonly reads: boolean;
  /** The first call of its function's invocation. */
  readonly begins: boolean;
}

export interface Told {
  readonly ending: Ending;
  readonly violations: readonly Violation[];
  /** Calls since the story began until its workflow had ended. */
  readonly calls: readonly CallRecord[];
  /** How many there were with those from before the story: a measure of what it takes to play it. */
  readonly everyCall: number;
  /** Which troubles came about: one may be planned at a call that was never made. */
  readonly struck: number;
  /** States at rest from which the way to a good end was played here first: digests. */
  readonly found: readonly string[];
  /** What happened, a line each: kept only where somebody will read it. */
  readonly log: readonly string[];
}

export const isLie = (kind: TroubleKind): kind is Lie => (LIES as readonly string[]).includes(kind);

export const isCallFault = (kind: TroubleKind): kind is CallFault =>
  (CALL_FAULTS as readonly string[]).includes(kind);
