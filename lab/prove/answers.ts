/** So old may be what a read answers. */
const STALE_MILLISECONDS = 30_000;

interface Answer {
  readonly answer: unknown;
  readonly text: string;
  /** When it was given last. */
  at: number;
}

/** What reads were answered, so that one can be answered by what was so a short while ago. */
export class Answers {
  /** Of each question the last answers that differ, the latest one at the end. */
  readonly #byQuestion = new Map<string, readonly Answer[]>();

  heard(question: string, answer: unknown): void {
    const text = JSON.stringify(answer);
    const before = this.#byQuestion.get(question) ?? [];
    const last = before.at(-1);
    if (last?.text === text) last.at = Date.now();
    else this.#byQuestion.set(question, [...before.slice(-1), { answer, text, at: Date.now() }]);
  }

  /** The answer that differs from what is so now, and was so half a minute ago at most; undefined: there is none. */
  before(question: string, now: unknown): unknown {
    const text = JSON.stringify(now);
    const other = this.#byQuestion.get(question)?.findLast((each) => each.text !== text);
    return other !== undefined && Date.now() - other.at <= STALE_MILLISECONDS ? other.answer : undefined;
  }

  forget(): void {
    this.#byQuestion.clear();
  }
}
