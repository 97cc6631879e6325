import { pathToFileURL } from 'node:url';
import { DIST } from '../../functions/build.ts';
import { FUNCTIONS, type FunctionName } from '../aws/machine-files.ts';
import type { Functions } from '../installation.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;

let loads = 0;

/**
 * The built bundles, loaded at their first call: their clients read the environment when they are made, so it has to
 * name the stand-ins by then. Each call loads them afresh, for a world of its own.
 */
export function bundledFunctions(): Functions {
  const load = ++loads;
  const loaded = new Map<FunctionName, Promise<Handler>>();
  const handlerOf = (name: FunctionName): Promise<Handler> => {
    const file = pathToFileURL(`${DIST}${name}/index.mjs`).href;
    const handler =
      loaded.get(name) ?? import(`${file}?load=${load}`).then((bundle) => bundle.handler as Handler);
    loaded.set(name, handler);
    return handler;
  };
  const context = (name: FunctionName) => ({ functionName: name, getRemainingTimeInMillis: () => 60_000 });
  return Object.fromEntries(
    FUNCTIONS.map((name) => [name, async (event: unknown) => (await handlerOf(name))(event, context(name))]),
  ) as unknown as Functions;
}
