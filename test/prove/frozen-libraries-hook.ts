import { registerHooks } from 'node:module';
import { isQuick, quick } from '../../lab/prove/quick-libraries.ts';

// The quicker libraries, where whatever they no longer make anew can't be changed: whoever did so would fail.
const NOT_MADE_ANEW: readonly (readonly [from: string, to: string])[] = [
  ['function cloneJSON(value) {\n  return value;', 'function cloneJSON(value) {\n  return frozen(value);'],
  ['    return READ.get(data);', '    return frozen(READ.get(data));'],
];

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const each of Object.values(value)) frozen(each);
  }
  return value;
}

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    if (!isQuick(url)) return loaded;
    const library = quick(url, String(loaded.source));
    const change = NOT_MADE_ANEW.find(([from]) => library.includes(from));
    if (change === undefined) throw new Error(`${url} makes everything anew again.`);
    return { ...loaded, source: `${library.replace(...change)}\n${frozen}\n` };
  },
});
