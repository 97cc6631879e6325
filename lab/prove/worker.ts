import { parentPort, workerData } from 'node:worker_threads';
import type { History, Told } from './history.ts';
import { play } from './play.ts';

/** What comes back of one history; its log is made anew where somebody wants to read it. */
export interface Played extends Pick<Told, 'ending' | 'violations' | 'struck'> {
  readonly history: History;
}

// The engine's JSONPath makes an error at every path it reads, and their stack traces take an eighth of the time.
Error.stackTraceLimit = 0;
process.env['FAILOVER_LOG'] = 'silent';

const { histories } = workerData as { readonly histories: readonly History[] };
for (const history of histories) {
  try {
    const { ending, violations, struck } = await play(history);
    parentPort!.postMessage({ history, ending, violations, struck } satisfies Played);
  } catch (error) {
    const what = `The history could not be played: ${error instanceof Error ? error.message : String(error)}`;
    const violations = [{ invariant: 'plays to its end', what, at: 0 }];
    parentPort!.postMessage({ history, ending: 'violation', violations, struck: 0 } satisfies Played);
  }
}
