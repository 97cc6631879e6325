import type { Ended } from './status-change.ts';

/** Readiness looks every few minutes: where nothing was to be done, its own report says what it saw. */
const LOOKS: readonly unknown[] = ['nothing', 'reported', undefined];

export const isRoutine = ({ workflow, status, output }: Ended): boolean =>
  workflow === 'run-batch' ||
  (workflow === 'readiness' && status === 'SUCCEEDED' && LOOKS.includes(output['outcome']));
