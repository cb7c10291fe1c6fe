/**
 * What the tests put into a directory, and what they mount on it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { skip } from "../skip.ts";
import { withTempDirectory } from "../temp_directory.ts";

/** Where permission bits and file systems are those of Unix. */
export const IS_UNIX: boolean = Deno.build.os !== "windows";

/** Runs a test that only Unix can pass; elsewhere, says so. */
export async function onUnix(test: () => Promise<void>): Promise<void> {
  if (IS_UNIX) await test();
  else skip("this is not Unix");
}

/** Creates files with their own names as content. */
export async function createFiles(
  path: string,
  names: readonly string[],
): Promise<void> {
  for (const name of names) await Deno.writeTextFile(join(path, name), name);
}

/**
 * Runs with a file system in memory, mounted on a directory; where that is not
 * possible, says so and does nothing.
 *
 * @param options What `mount` takes behind `-o`.
 */
export async function withMount(
  options: string,
  use: (path: string) => Promise<void>,
): Promise<void> {
  await withTempDirectory(async (path) => {
    const reason = await tryRun(
      ...["mount", "-t", "tmpfs", "-o", options, "none", path],
    );
    if (reason !== undefined) return skip(reason);
    try {
      await use(path);
    } finally {
      // Also under files that a failed test has left open.
      assertEquals(await tryRun("umount", "-l", path), undefined);
    }
  });
}

/**
 * Runs a program.
 *
 * @returns Why it failed, if it did.
 */
export async function tryRun(
  ...[program = "", ...args]: string[]
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
