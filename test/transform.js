import { transformSync } from 'esbuild';

export default {
  process: (source, filename) =>
    transformSync(source, {
      loader: 'ts',
      format: 'esm',
      sourcefile: filename,
      sourcemap: 'inline',
      target: 'node24',
    }),
};
