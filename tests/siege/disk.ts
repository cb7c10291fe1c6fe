/**
 * A disk of its own that can be frozen: a file with ext4 in it. Needs root.
 *
 * @module
 */

import { join } from "@std/path";
import { tryRun } from "../storage/files.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { skipped, type Verdict } from "./scenario.ts";

const DISK_BYTES = 512 * 2 ** 20;

/**
 * Runs with the path of a mounted disk.
 *
 * @returns Why it cannot be, where it cannot.
 */
export function withDisk(
  use: (path: string) => Promise<Verdict>,
): Promise<Verdict> {
  return withTempDirectory(async (folder) => {
    const image = join(folder, "image");
    const path = join(folder, "disk");
    await Deno.mkdir(path);
    await Deno.writeFile(image, new Uint8Array(0));
    await Deno.truncate(image, DISK_BYTES);
    const reason = await tryRun("mkfs.ext4", "-q", image) ??
      await tryRun("mount", "-o", "loop", image, path);
    if (reason !== undefined) return skipped(reason);
    try {
      return await use(path);
    } finally {
      // Also under a process that still has it as its working directory.
      await tryRun("umount", "-l", path);
    }
  });
}

/** Freezes a disk: whoever writes waits. */
export async function freeze(path: string): Promise<AsyncDisposable> {
  const reason = await tryRun("fsfreeze", "--freeze", path);
  if (reason !== undefined) throw new Error(reason);
  return {
    async [Symbol.asyncDispose]() {
      await tryRun("fsfreeze", "--unfreeze", path);
    },
  };
}
