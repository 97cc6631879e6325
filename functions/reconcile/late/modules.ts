import { once } from './once.ts';

// What an alarm's way to the traffic write does not need is loaded when somebody comes to it.

export const steps = once(() => import('../steps.ts'));
export const sweep = once(() => import('../sweep.ts'));
export const pages = once(() => import('../page.ts'));
export const pending = once(() => import('../pending.ts'));
