import { registerHooks } from 'node:module';
import { quick } from './quick-engine.ts';

// Imported ahead of a worker's own modules.
const ENGINE = /\/aws-local-stepfunctions\/build\/main\.node\.esm\.js$/;

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    return ENGINE.test(url) ? { ...loaded, source: quick(String(loaded.source)) } : loaded;
  },
});
