import { pathToFileURL } from 'node:url';
import { DIST } from '../../functions/build.ts';
import { DEPLOYED, type Functions } from '../installation.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;

let loads = 0;

/**
 * The built bundles, loaded at their first call: their clients read the environment when they are made, so it has to
 * name the stand-ins by then. Each call loads them afresh, for a world of its own.
 */
export function bundledFunctions(): Functions {
  const load = ++loads;
  const loaded = new Map<keyof Functions, Promise<Handler>>();
  const handlerOf = (name: keyof Functions): Promise<Handler> => {
    const file = pathToFileURL(`${DIST}${name}/index.mjs`).href;
    const handler =
      loaded.get(name) ?? import(`${file}?load=${load}`).then((bundle) => bundle.handler as Handler);
    loaded.set(name, handler);
    return handler;
  };
  const context = (name: keyof Functions) => ({ functionName: name, getRemainingTimeInMillis: () => 60_000 });
  return Object.fromEntries(
    DEPLOYED.map((name) => [name, async (event: unknown) => (await handlerOf(name))(event, context(name))]),
  ) as unknown as Functions;
}
