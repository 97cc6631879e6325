/** What an alarm's way to the traffic write does not need: each is loaded when somebody comes to it, once. */

function once<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loaded: Promise<Module> | null = null;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

export const steps = once(() => import('../steps.ts'));
export const sweep = once(() => import('../sweep.ts'));
export const pages = once(() => import('../page.ts'));
export const pending = once(() => import('../pending.ts'));
