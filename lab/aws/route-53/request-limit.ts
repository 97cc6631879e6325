import type { Clock } from '../clock.ts';
import { type Faults, ServiceFault } from '../service.ts';

/**
 * Route 53's limit of five API requests a second, which the whole account shares. To be given as `faults` to a client
 * or to the server.
 */
export function requestLimit(clock: Pick<Clock, 'now'>, requestsPerSecond = 5): Faults {
  let recent: readonly number[] = [];
  return {
    before({ service }) {
      if (service !== 'Route 53') return;
      const now = clock.now();
      recent = recent.filter((at) => at > now - 1000);
      if (recent.length >= requestsPerSecond) throw new ServiceFault('Throttling', 'Rate exceeded');
      recent = [...recent, now];
    },
  };
}
