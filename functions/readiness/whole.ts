import * as v from 'valibot';

/** What a Catch puts in the place of an answer. */
const fault = v.object({ Error: v.string(), Cause: v.optional(v.string(), '') });

/** What run-batch answered, or the fault with which it ended. */
const batch = v.union([
  v.object({
    facts: v.object({
      outcome: v.string(),
      reason: v.optional(v.string()),
      remedy: v.optional(v.string()),
    }),
  }),
  fault,
]);
export type BatchAnswer = v.InferOutput<typeof batch>;

/** What the machine brings of both Data Grids. */
export const wholeSchema = {
  serving: v.string(),
  passive: v.string(),
  /** Of the ledger when it began: what was seen under another one is not reported. */
  epoch: v.number(),
  /** View, status of the other site for each cache, and entry counts, by one Batch at each site. */
  servingAnswer: batch,
  passiveAnswer: batch,
  /** Comparison of the entry counts: `equal`, `differ`, or why there is none. */
  counts: v.union([v.object({ outcome: v.string(), reason: v.optional(v.string()) }), fault]),
};

export type WholeFacts = {
  readonly [Name in keyof typeof wholeSchema]: v.InferOutput<(typeof wholeSchema)[Name]>;
};
