/**
 * The directories between the upload directory and a file. Every one has to be a
 * directory itself, on the same file system: no link is followed, and nothing is
 * moved from one disk to another, which could not be done in one step.
 *
 * The system offers no way to look and act at once, so all of this holds as long
 * as nobody else renames things in the upload directory.
 *
 * @module
 */

import { join } from "@std/path";
import { asStorageError, StorageError } from "./error.ts";

/** As files: nothing for everybody's eyes. */
const DIRECTORY_MODE = 0o750;

/** Gives the paths that a name leads through, the outermost first. */
export function parentsOf(name: string): string[] {
  const components = name.split("/").slice(0, -1);
  return components.map((_, i) => components.slice(0, i + 1).join("/"));
}

/**
 * Looks at the directories that a name leads through.
 *
 * @param directory The upload directory.
 * @returns Whether all of them are there.
 * @throws {StorageError} If something else is in the place of one.
 */
export async function lookAtParents(
  directory: string,
  name: string,
): Promise<boolean> {
  for (const path of parentsOf(name)) {
    if (await lookAtParent(directory, path) === undefined) return false;
  }
  return true;
}

/**
 * Looks at one directory.
 *
 * @param path Where it is below the upload directory.
 * @returns `undefined` if there is nothing.
 * @throws {StorageError} If there is something else.
 */
export async function lookAtParent(
  directory: string,
  path: string,
): Promise<Deno.FileInfo | undefined> {
  const info = await lstat(directory, path);
  if (info === undefined) return undefined;
  if (!info.isDirectory) {
    const what = info.isSymlink ? "a link" : "a file";
    throw new StorageError("astray", `"${path}" is ${what}, not a directory`);
  }
  if (info.dev === (await lstat(directory, "."))?.dev) return info;
  const message = `"${path}" is on another disk than the upload directory`;
  throw new StorageError("astray", message);
}

/**
 * Makes the directories that a name leads through, where they are missing.
 *
 * @param made Gets those that were made, the outermost first.
 * @throws {StorageError} If that fails, or something else is in the place of one.
 */
export async function makeParents(
  directory: string,
  name: string,
  made: string[],
): Promise<void> {
  for (const path of parentsOf(name)) {
    if (await lookAtParent(directory, path) !== undefined) continue;
    try {
      await Deno.mkdir(join(directory, path), { mode: DIRECTORY_MODE });
      made.push(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) {
        throw asStorageError(`make the directory "${path}"`, error);
      }
      // Somebody else was faster; but what did he make?
      await lookAtParent(directory, path);
    }
  }
}

/** Removes directories again, but for those that hold something by now. */
export async function removeParents(
  directory: string,
  made: readonly string[],
): Promise<void> {
  for (const path of made.toReversed()) {
    await Deno.remove(join(directory, path)).catch(() => {});
  }
}

/**
 * Looks what has a name, without following links.
 *
 * @param path Its path below the directory.
 * @returns `undefined` if there is nothing.
 * @throws {StorageError} If that cannot be told.
 */
export async function lstat(
  directory: string,
  path: string,
): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(join(directory, path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw asStorageError(`look at "${path}"`, error);
  }
}
