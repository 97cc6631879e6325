import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BY_HAND } from './by-hand.ts';
import type { ManifestFile } from './files.ts';
import { isAsWritten } from './stamp.ts';

export interface Change {
  readonly path: string;
  readonly what: 'written' | 'unchanged' | 'removed';
}

export type Writing =
  | { readonly kind: 'done'; readonly changes: readonly Change[] }
  /** Nothing was written: these are somebody's own, and have another content. */
  | { readonly kind: 'refused'; readonly foreign: readonly string[] };

/** Writes all files or none, and removes what an earlier run wrote that no longer belongs there. */
export function write(folder: string, files: readonly ManifestFile[]): Writing {
  const before = new Map(files.map(({ path }) => [path, contentOf(join(folder, path))]));
  const foreign = files
    .filter(({ path, text }) => {
      const content = before.get(path) ?? null;
      return content !== null && content !== text && !isAsWritten(path, content);
    })
    .map(({ path }) => path);
  if (foreign.length > 0) return { kind: 'refused', foreign };

  const removed = leftOver(folder, new Set(files.map(({ path }) => path)));
  for (const path of removed) rmSync(join(folder, path));
  for (const path of [...new Set(removed.flatMap(foldersOf))].sort().reverse()) {
    if (readdirSync(join(folder, path)).length === 0) rmdirSync(join(folder, path));
  }
  const changes = files.map(({ path, text }): Change => {
    if (before.get(path) === text) return { path, what: 'unchanged' };
    const at = join(folder, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text);
    return { path, what: 'written' };
  });
  return {
    kind: 'done',
    changes: [...changes, ...removed.map((path): Change => ({ path, what: 'removed' }))],
  };
}

/** Without the one that was asked for. */
const foldersOf = (path: string): readonly string[] => {
  const above = dirname(path);
  return above === '.' ? [] : [above, ...foldersOf(above)];
};

function contentOf(at: string): string | null {
  return statSync(at, { throwIfNoEntry: false }) === undefined ? null : readFileSync(at, 'utf8');
}

/** Files of an earlier run, where a run puts them, that nobody has changed. */
function leftOver(folder: string, current: ReadonlySet<string>): readonly string[] {
  const inFolder = (path: string, kind: 'isFile' | 'isDirectory') =>
    statSync(join(folder, path), { throwIfNoEntry: false })?.isDirectory()
      ? readdirSync(join(folder, path), { withFileTypes: true })
          .filter((entry) => entry[kind]())
          .map(({ name }) => join(path, name))
      : [];
  return inFolder('.', 'isDirectory')
    .flatMap((site) => [...inFolder(site, 'isFile'), ...inFolder(join(site, BY_HAND), 'isFile')])
    .filter((path) => path.endsWith('.yaml') && !current.has(path))
    .filter((path) => isAsWritten(path, readFileSync(join(folder, path), 'utf8')));
}
