import { parentPort } from 'node:worker_threads';
import type { History, Told } from './history.ts';
import { know, play } from './play.ts';

/** What comes back of one history; its log is made anew where somebody wants to read it. */
export interface Played extends Pick<Told, 'ending' | 'violations' | 'struck' | 'found'> {
  readonly history: History;
}

/** What a worker is sent: a history to play, or what another worker found. */
export type Sent = { readonly play: History } | { readonly know: readonly string[] };

// The engine's JSONPath makes an error at every path it reads, and their stack traces take an eighth of the time.
Error.stackTraceLimit = 0;
process.env['FAILOVER_LOG'] = 'silent';

async function played(history: History): Promise<Played> {
  try {
    const { ending, violations, struck, found } = await play(history);
    return { history, ending, violations, struck, found };
  } catch (error) {
    const what = `The history could not be played: ${error instanceof Error ? error.message : String(error)}`;
    return {
      history,
      ending: 'violation',
      violations: [{ invariant: 'plays to its end', what, at: 0 }],
      struck: 0,
      found: [],
    };
  }
}

// One at a time: each takes the timers of the whole process.
let turn = Promise.resolve();
parentPort!.on('message', (sent: Sent) => {
  if ('know' in sent) know(sent.know);
  else turn = turn.then(async () => parentPort!.postMessage(await played(sent.play)));
});
