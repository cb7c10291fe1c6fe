/**
 * How a part gets its final name in one atomic step: in place of a file, or under
 * a name that was free until then.
 *
 * @module
 */

import { join } from "@std/path";
import type { Target } from "../policy/naming.ts";
import {
  asStorageError,
  isNotFound,
  isOnAnotherDisk,
  StorageError,
} from "./error.ts";
import { lstat, makeParents, removeParents } from "./parents.ts";

/**
 * A directory that was there may be gone: whoever made it took it back just now,
 * or somebody tidies up.
 */
const MAX_TRIES = 3;

/** What became of an upload. */
export interface Stored {
  /** The name it got. */
  readonly name: string;
  /** The size of the file that it replaced, if there was one. */
  readonly replacedBytes: number | undefined;
  /** Its SHA-256 in hexadecimal, where that is wanted. */
  readonly sha256?: string;
}

/**
 * Looks what has a name. Directories, links and devices are not replaced,
 * followed or waited for.
 *
 * @param name The name.
 * @returns `undefined` if the name is free.
 * @throws {StorageError} If it is no plain file.
 */
export async function lookAt(
  directory: string,
  name: string,
): Promise<Deno.FileInfo | undefined> {
  return plainFile(name, await lstat(directory, name));
}

/**
 * The same, at once: a fifth of what it takes through the thread pool. For when
 * the disk has just answered.
 */
function lookNow(directory: string, name: string): Deno.FileInfo | undefined {
  try {
    return plainFile(name, Deno.lstatSync(join(directory, name)));
  } catch (error) {
    return unlessFree(name, error);
  }
}

function plainFile(
  name: string,
  info: Deno.FileInfo | undefined,
): Deno.FileInfo | undefined {
  if (info === undefined || info.isFile) return info;
  throw new StorageError("blocked", `"${name}" is there and is no file`);
}

/**
 * Gives a part its final name, and makes the directories that it leads through.
 *
 * @param part The path of the part, which is gone afterwards.
 * @param target The names it may get.
 * @throws {StorageError} If it cannot be done; the part is still there then, and
 * no directory that was made for it.
 */
export async function movePart(
  directory: string,
  part: string,
  target: Target,
): Promise<Stored> {
  for (let tries = MAX_TRIES;; tries--) {
    const made: string[] = [];
    try {
      return await move(directory, part, target, made);
    } catch (error) {
      await removeParents(directory, made);
      if (tries === 1 || !isNotFound(error)) throw error;
    }
  }
}

async function move(
  directory: string,
  part: string,
  target: Target,
  made: string[],
): Promise<Stored> {
  if (target.kind === "replace") {
    const { name } = target;
    await makeParents(directory, name, made);
    const info = lookNow(directory, name);
    try {
      await Deno.rename(part, join(directory, name));
    } catch (error) {
      throw asStorageError(`publish "${name}"`, error);
    }
    return { name, replacedBytes: info?.size };
  }
  const replacedBytes = undefined;
  if (target.kind === "first-free") {
    const name = await claimFirst(directory, part, target.name, made);
    return { name, replacedBytes };
  }
  const { name } = target;
  if (await claim(directory, part, name, made)) return { name, replacedBytes };
  throw new StorageError("exists", `"${name}" is there already`);
}

type Names = (attempt: number) => string | undefined;

/**
 * Takes the first name that is free. Mostly all names before one that is taken
 * are taken too, so it is found with few looks; where that is not so, one name
 * after the other is tried.
 */
async function claimFirst(
  directory: string,
  part: string,
  names: Names,
  made: string[],
): Promise<string> {
  const first = names(0);
  if (first !== undefined && await claim(directory, part, first, made)) {
    return first;
  }
  for (const start of [await searchFree(directory, names), 1]) {
    for (let attempt = start;; attempt++) {
      const name = names(attempt);
      if (name === undefined) break;
      if (await claim(directory, part, name, made)) return name;
    }
  }
  throw new StorageError("exists", "no name is free");
}

/** Doubles the number while the names are taken, then halves the gap. */
async function searchFree(directory: string, names: Names): Promise<number> {
  const isTaken = async (attempt: number) => {
    const name = names(attempt);
    return name !== undefined && await lstat(directory, name) !== undefined;
  };
  let taken = 0;
  let free = 1;
  while (await isTaken(free)) [taken, free] = [free, 2 * free];
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (await isTaken(middle)) taken = middle;
    else free = middle;
  }
  return free;
}

/** @returns Whether the name was free, and is the part's now. */
async function claim(
  directory: string,
  part: string,
  name: string,
  made: string[],
): Promise<boolean> {
  await makeParents(directory, name, made);
  try {
    await moveUnlessThere(part, join(directory, name));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw asStorageError(`publish "${name}"`, error);
  }
}

/** @throws {StorageError} Unless the error says that the name is free. */
function unlessFree(name: string, error: unknown): undefined {
  if (error instanceof Deno.errors.NotFound) return undefined;
  throw asStorageError(`look at "${name}"`, error);
}

/**
 * A link fails where a rename would replace. File systems without links (FAT)
 * get the name claimed by an empty file first; there a crash between the two
 * steps leaves that.
 */
async function moveUnlessThere(from: string, to: string): Promise<void> {
  try {
    await Deno.link(from, to);
  } catch (error) {
    const isTaken = error instanceof Deno.errors.AlreadyExists;
    if (isTaken || isOnAnotherDisk(error)) throw error;
    return await claimAndRename(from, to);
  }
  try {
    await Deno.remove(from);
  } catch {
    // The file has its name; the other one goes when the run ends.
  }
}

async function claimAndRename(from: string, to: string): Promise<void> {
  (await Deno.open(to, { createNew: true, write: true })).close();
  try {
    await Deno.rename(from, to);
  } catch (error) {
    await Deno.remove(to);
    throw error;
  }
}
