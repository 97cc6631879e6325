import { registerHooks } from 'node:module';
import { quick } from '../../lab/prove/quick-engine.ts';

// The quicker engine, where whatever it no longer copies can't be changed: whoever did so would fail.
const ENGINE = /\/aws-local-stepfunctions\/build\/main\.node\.esm\.js$/;
const NOT_COPIED = 'function cloneJSON(value) {\n  return value;';

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
    if (!ENGINE.test(url)) return loaded;
    const engine = quick(String(loaded.source));
    if (!engine.includes(NOT_COPIED)) throw new Error('The quicker engine copies its inputs again.');
    const source = engine.replace(
      NOT_COPIED,
      `${frozen}\nfunction cloneJSON(value) {\n  return frozen(value);`,
    );
    return { ...loaded, source };
  },
});
