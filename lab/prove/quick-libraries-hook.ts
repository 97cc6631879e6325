import { registerHooks } from 'node:module';
import { isQuick, quick } from './quick-libraries.ts';

// Imported ahead of a worker's own modules.
registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    return isQuick(url) ? { ...loaded, source: quick(url, String(loaded.source)) } : loaded;
  },
});
