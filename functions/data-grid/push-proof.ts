import type { CacheName } from '../shared/names.ts';
import type { PushStatus } from './cli-output.ts';
import type { Proven } from './outcomes.ts';

/**
 * How far a push is. An `OK` can be false (with a receiver that died meanwhile it was seen with 100,000 entries
 * here and none there), so `done` only says that counting is worth while.
 */
export function pushProof(statuses: Readonly<Record<CacheName, PushStatus>>): Proven {
  const caches = Object.keys(statuses) as CacheName[];
  const sending = caches.filter((cache) => statuses[cache] === 'SENDING');
  // IDLE after a push means that it never started, or that its node has forgotten it.
  const failed = caches.filter((cache) => statuses[cache] !== 'SENDING' && statuses[cache] !== 'OK');
  return {
    outcome: 'proven',
    step: 'push-status',
    done: sending.length === 0 && failed.length === 0,
    failed,
    anyFailed: failed.length > 0,
    sending,
  };
}
