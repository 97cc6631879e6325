import type { TroubleKind } from '../history.ts';

/** In one file: a text that stands there exactly once, and what is put in its place. */
interface Patch {
  /** From the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** A mistake that somebody could make, planted to see whether it is found. */
export interface Defect {
  /** What the product does with it, as a sentence goes on after "it". */
  readonly name: string;
  readonly patches: readonly Patch[];
  /**
   * Where it is likely to show: the story, what has to go wrong in it, and at which calls (part of their key). Only the
   * order of the search depends on it.
   */
  readonly story: string;
  readonly kinds?: readonly TroubleKind[];
  readonly near?: string;
}

/**
 * The files with the defect in them.
 * @throws Error when a text does not stand there exactly once: then the product has moved on, and the patch has not
 */
export function planted(
  { name, patches }: Defect,
  read: (file: string) => string,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { file, find, put } of patches) {
    const text = files.get(file) ?? read(file);
    const times = text.split(find).length - 1;
    if (times !== 1)
      throw new Error(`"${name}": its text stands ${times} times in ${file}, not once: ${find}`);
    files.set(
      file,
      text.replace(find, () => put),
    );
  }
  return files;
}
