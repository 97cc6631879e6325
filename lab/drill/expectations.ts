import type { CacheName } from '../../functions/shared/names.ts';
import type { Attempt, ReadAnswer } from './record.ts';

/** What a session may be. Null stands for none. */
export interface Expectation {
  readonly cache: CacheName;
  readonly key: string;
  /** One after a good write; more where a write after it was refused, lost or never answered. */
  readonly acceptable: ReadonlySet<string | null>;
  /** Whether any write of it was ever good: a session that never was is nobody's loss. */
  readonly everGood: boolean;
}

/** An answer that no site in sync would have given. */
interface StaleRead {
  readonly attempt: Attempt;
  readonly got: string | null;
  readonly acceptable: readonly (string | null)[];
}

export interface Expectations {
  readonly sessions: readonly Expectation[];
  readonly staleReads: readonly StaleRead[];
}

/**
 * Goes through the attempts of each session in order. A good write settles what the session is; one that was
 * refused or never answered may have taken effect or not, and may still do so until the next good one.
 */
export function expectationsOf(attempts: readonly Attempt[]): Expectations {
  const sessions = new Map<string, { -readonly [Key in keyof Expectation]: Expectation[Key] }>();
  const staleReads: StaleRead[] = [];
  for (const attempt of attempts) {
    const { cache, key } = attempt;
    const id = `${cache}/${key}`;
    const session = sessions.get(id) ?? { cache, key, acceptable: new Set([null]), everGood: false };
    sessions.set(id, session);
    if (attempt.type === 'write') {
      const either = new Set([...session.acceptable, attempt.value]);
      const good = attempt.outcome === 'good';
      session.acceptable = good ? new Set([attempt.value]) : either;
      session.everGood ||= good;
      judge(attempt, attempt.readBack, either);
    } else {
      judge(attempt, attempt.answer, session.acceptable);
    }
  }
  return { sessions: [...sessions.values()], staleReads };

  function judge(attempt: Attempt, answer: ReadAnswer | null, acceptable: ReadonlySet<string | null>): void {
    if (answer === null || answer.kind === 'refused' || answer.kind === 'no-answer') return;
    const got = answer.kind === 'missing' ? null : answer.value;
    if (!acceptable.has(got)) staleReads.push({ attempt, got, acceptable: [...acceptable] });
  }
}
