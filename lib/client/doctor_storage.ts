/**
 * Looks at the upload directory as a server would use it.
 *
 * @module
 */

import { resolve } from "@std/path";
import type { MinFree } from "../config.ts";
import { Run } from "../storage/run.ts";
import { findUnmeetable, measureFree } from "../storage/space.ts";
import { explainDirectory } from "../threads/explain.ts";
import { sizeOf } from "../report/words.ts";
import type { Found } from "./doctor_text.ts";

/**
 * Looks whether a directory is there and can be read and written.
 *
 * A server's own beginning and end prove it: they create a hidden file that
 * nobody had, and remove it. What a crash leaves of that, the next start of a
 * server sweeps.
 *
 * @throws {Problem} What is wrong with it.
 */
export async function checkDirectory(path: string): Promise<Found> {
  try {
    const run = await Run.begin(resolve(path));
    await run.end();
  } catch (error) {
    throw explainDirectory(error, path);
  }
  return {
    verdict: "ok",
    message: `"${resolve(path)}" can be read and written; a hidden file was ` +
      "created there and removed",
  };
}

/** Looks how much may be stored. */
export async function checkSpace(
  path: string,
  minFree: MinFree,
): Promise<Found> {
  const free = await measureFree(path, minFree);
  if (free === undefined) {
    return {
      // A limit that was asked for and cannot be kept is no limit.
      verdict: minFree.kind === "default" ? "warning" : "problem",
      message: "cannot find out how much of the disk is free",
      hint: "allow it with --allow-sys=statfs; some file systems do not tell",
    };
  }
  const never = await findUnmeetable(path, minFree);
  if (never !== undefined) {
    return {
      verdict: "problem",
      message: `--min-free can never be met: ${sizeOf(never.reserveBytes)} ` +
        `shall stay free, the disk has ${sizeOf(never.totalBytes)} in all`,
      hint: "lower --min-free, or name a larger disk with --dir",
    };
  }
  if (free <= 0) {
    return {
      verdict: "problem",
      message: `nothing can be stored: ${sizeOf(-free)} are missing to what ` +
        "--min-free keeps free",
      hint: "make room, or lower --min-free",
    };
  }
  return {
    verdict: "ok",
    message: `${sizeOf(free)} may be stored before --min-free is reached`,
  };
}
