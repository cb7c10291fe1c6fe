/**
 * Opens the directory named by its argument, sweeps it, and says how that went.
 *
 * @module
 */

import { UploadDirectory } from "../../lib/storage/directory.ts";
import { StorageError } from "../../lib/storage/error.ts";

async function attempt(path: string): Promise<string> {
  try {
    const directory = await UploadDirectory.open(path);
    const parts = await directory.sweep();
    await directory.close();
    return `swept ${parts}`;
  } catch (error) {
    if (error instanceof StorageError) return error.fault;
    throw error;
  }
}

if (import.meta.main) {
  const outcome = await attempt(Deno.args[0] ?? "");
  await Deno.stdout.write(new TextEncoder().encode(outcome));
}
