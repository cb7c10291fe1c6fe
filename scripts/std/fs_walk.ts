/**
 * Stands in for `@std/fs/walk`, which npm does not have.
 *
 * @module
 */

import { join } from "./path.ts";

/** An entry met on the walk. */
export interface WalkEntry extends Deno.DirEntry {
  /** The path of the entry. */
  path: string;
}

/** The options of {@linkcode walk} that are used here. */
export interface WalkOptions {
  /** How deep to go; here always 1. */
  maxDepth?: 1;
  /** Whether directories are yielded; here never. */
  includeDirs?: false;
  /** Whether symbolic links are yielded; here never. */
  includeSymlinks?: false;
  /** Only paths that match one of these. */
  match?: RegExp[];
}

/** Yields the files of a directory. */
export async function* walk(
  root: string | URL,
  options: WalkOptions = {},
): AsyncIterableIterator<WalkEntry> {
  for await (const entry of Deno.readDir(root)) {
    const path = join(root, entry.name);
    const { match } = options;
    if (!entry.isFile || match && !match.some((it) => it.test(path))) continue;
    yield { ...entry, path };
  }
}
