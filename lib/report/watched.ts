/**
 * Whether anybody watches.
 *
 * @module
 */

import type { LogConfig } from "../config.ts";

/**
 * Whether the running uploads are shown: only on a terminal, and in no log that a
 * program reads.
 */
export function isWatched(
  { logFormat, showsProgress, verbosity }: LogConfig,
): boolean {
  return showsProgress && logFormat !== "json" && verbosity > 0 &&
    Deno.stderr.isTerminal();
}
