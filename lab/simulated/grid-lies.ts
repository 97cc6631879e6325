/**
 * What a Data Grid answers with "ok" and does not do, each seen on real servers or read in their source. A lie is told
 * once, about one cache at one site.
 */
export const LIES = [
  'the take-offline does not take',
  'the take-offline takes at one node',
  'the take-offline concerns no cache',
  'the bring-online does not take',
  'the push says OK and sends nothing',
  'the push fails',
] as const;

export type Lie = (typeof LIES)[number];
