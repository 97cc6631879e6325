import { parentPort } from 'node:worker_threads';
import type { History, Told } from './history.ts';
import { play } from './play.ts';

/** What comes back of one history; its log is made anew where somebody wants to read it. */
export interface Played extends Pick<Told, 'ending' | 'violations' | 'struck'> {
  readonly history: History;
}

// The engine's JSONPath makes an error at every path it reads, and their stack traces take an eighth of the time.
Error.stackTraceLimit = 0;
process.env['FAILOVER_LOG'] = 'silent';

async function played(history: History): Promise<Played> {
  try {
    const { ending, violations, struck } = await play(history);
    return { history, ending, violations, struck };
  } catch (error) {
    const what = `The history could not be played: ${error instanceof Error ? error.message : String(error)}`;
    return {
      history,
      ending: 'violation',
      violations: [{ invariant: 'plays to its end', what, at: 0 }],
      struck: 0,
    };
  }
}

// One at a time: each takes the timers of the whole process.
let turn = Promise.resolve();
parentPort!.on('message', (history: History) => {
  turn = turn.then(async () => parentPort!.postMessage(await played(history)));
});
