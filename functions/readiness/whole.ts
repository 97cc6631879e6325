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

const description = v.object({
  exists: v.literal(true),
  statistics: v.boolean(),
  transactions: v.string(),
  backups: v.array(v.object({ site: v.string(), strategy: v.string(), failurePolicy: v.string() })),
  digest: v.string(),
});
export type Description = v.InferOutput<typeof description>;

const describing = v.union([
  v.object({
    facts: v.object({
      outcome: v.string(),
      reason: v.optional(v.string()),
      remedy: v.optional(v.string()),
      descriptions: v.optional(
        v.record(v.string(), v.union([description, v.object({ exists: v.literal(false) })])),
      ),
    }),
  }),
  fault,
]);
export type DescribeAnswer = v.InferOutput<typeof describing>;

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
  /** How each site's caches are configured. */
  servingCaches: describing,
  passiveCaches: describing,
  /** Comparison of the entry counts: `equal`, `differ`, or why there is none. */
  counts: v.union([v.object({ outcome: v.string(), reason: v.optional(v.string()) }), fault]),
};

export type WholeFacts = {
  readonly [Name in keyof typeof wholeSchema]: v.InferOutput<(typeof wholeSchema)[Name]>;
};
