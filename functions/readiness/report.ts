import type { Instant } from '../shared/names.ts';
import type { Recovery } from './recovery.ts';

/** `unknown`: nobody could look, and a failover does not depend on it. What must be known and is not, is `fail`. */
type CheckResult = 'pass' | 'warn' | 'fail' | 'unknown';

/** One question about this installation, with its answer in a sentence. */
export interface Check {
  /** In kebab case; the same question has the same id for each site. */
  readonly id: string;
  /** A site's name, or `ledger`, `traffic`, `database`, `configuration`. */
  readonly about: string;
  readonly result: CheckResult;
  readonly what: string;
  /** What a person does about it. Null where nothing is to be done. */
  readonly remedy: string | null;
}

/** Whether a failover would succeed now, and why not. */
export interface ReadinessReport {
  readonly deployment: string;
  readonly at: Instant;
  /** `whole`: what both Data Grids say by Batches is in it. */
  readonly depth: 'quick' | 'whole';
  readonly ready: boolean;
  readonly checks: readonly Check[];
  readonly recovery: Recovery;
}

export const isReady = (checks: readonly Check[]): boolean => checks.every(({ result }) => result !== 'fail');

export const pass = (id: string, about: string, what: string): Check => ({
  id,
  about,
  result: 'pass',
  what,
  remedy: null,
});

export const warn = (id: string, about: string, what: string, remedy: string | null): Check => ({
  id,
  about,
  result: 'warn',
  what,
  remedy,
});

export const fail = (id: string, about: string, what: string, remedy: string): Check => ({
  id,
  about,
  result: 'fail',
  what,
  remedy,
});

export const unknown = (id: string, about: string, what: string, remedy: string | null): Check => ({
  id,
  about,
  result: 'unknown',
  what,
  remedy,
});
