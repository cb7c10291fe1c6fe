/**
 * Sweeps the directory that its argument names, for someone with fewer rights
 * than the tests, and says how many parts were removed or what went wrong.
 *
 * @module
 */

import { StorageError } from "../../lib/storage/error.ts";
import { Run } from "../../lib/storage/run.ts";

async function sweep(path: string): Promise<string> {
  try {
    const run = await Run.begin(path);
    const { removed } = await run.sweep();
    await run.end();
    return `swept ${removed}`;
  } catch (error) {
    if (error instanceof StorageError) return error.fault;
    throw error;
  }
}

if (import.meta.main) {
  const outcome = await sweep(Deno.args[0] ?? "");
  await Deno.stdout.write(new TextEncoder().encode(outcome));
}
