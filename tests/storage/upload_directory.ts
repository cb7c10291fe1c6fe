/**
 * Upload directories that last as long as a test, and what is in them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { UploadDirectory } from "../../lib/storage/directory.ts";
import { withTempDirectory } from "../temp_directory.ts";

/** Runs with an upload directory that is closed and removed afterwards. */
export function withUploadDirectory(
  use: (directory: UploadDirectory, path: string) => Promise<void>,
): Promise<void> {
  return withTempDirectory((path) => useDirectory(path, use));
}

/**
 * Runs with a file system mounted on a directory.
 *
 * @param options What `mount` takes behind `-o`.
 * @returns Why that is not possible here, if it is not.
 */
export async function withMount(
  options: string,
  use: (path: string) => Promise<void>,
): Promise<string | undefined> {
  let reason: string | undefined;
  await withTempDirectory(async (path) => {
    reason = await tryRun("mount", "-t", "tmpfs", "-o", options, "none", path);
    if (reason !== undefined) return;
    try {
      await use(path);
    } finally {
      // Also under files that a failed test has left open.
      const left = await tryRun("umount", "-l", path);
      assertEquals(left, undefined);
    }
  });
  return reason;
}

/** Runs with an upload directory on a path, closed afterwards. */
export async function useDirectory(
  path: string,
  use: (directory: UploadDirectory, path: string) => Promise<void>,
): Promise<void> {
  const directory = await UploadDirectory.open(path);
  try {
    await use(directory, path);
  } finally {
    await directory.close();
  }
}

/** The names in a directory, sorted, without the locks of living servers. */
export async function namesIn(path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(path)) {
    if (!name.endsWith(".lock")) names.push(name);
  }
  return names.sort();
}

/** The names of the locks in a directory. */
export async function locksIn(path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(path)) {
    if (name.endsWith(".lock")) names.push(name);
  }
  return names.sort();
}

/** Creates files with their own names as content. */
export async function createFiles(
  path: string,
  names: readonly string[],
): Promise<void> {
  for (const name of names) await Deno.writeTextFile(join(path, name), name);
}

/**
 * Runs a program.
 *
 * @returns Why it failed, if it did.
 */
export async function tryRun(
  program: string,
  ...args: string[]
): Promise<string | undefined> {
  try {
    const { success, stderr } = await new Deno.Command(program, { args })
      .output();
    return success ? undefined : new TextDecoder().decode(stderr).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `no ${program} here`;
    throw error;
  }
}
