import type { Ended } from './status-change.ts';

/** Readiness looks every few minutes: where nothing was to be done, its own report says what it saw. */
export const isRoutine = ({ workflow, status, output }: Ended): boolean =>
  workflow === 'run-batch' ||
  (workflow === 'readiness' && status === 'SUCCEEDED' && (output['outcome'] ?? 'nothing') === 'nothing');
