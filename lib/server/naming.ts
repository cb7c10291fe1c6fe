/**
 * Where a client's file goes, given its name, its address and the time.
 *
 * @module
 */

import { format } from "@std/datetime/format";
import { plainAddress } from "../policy/address.ts";
import { storedName } from "../policy/filename.ts";
import type { Target } from "../storage/directory.ts";
import type { ServerConfig } from "./config.ts";

/** More than this many uploads of one name in one instant is a mistake. */
const MAX_ATTEMPTS = 10_000;

/**
 * Chooses the name or names to store an upload under. A stamped name is never
 * used twice: if it is taken, because two uploads came in the same millisecond
 * or the clock was set back, the next free millisecond is taken.
 *
 * @param config Which stamps are wanted.
 * @param filename A name that has been checked.
 * @param hostname The client's address.
 * @param epochMs The time of the request, milliseconds since 1970.
 */
export function targetFor(
  config: ServerConfig,
  filename: string,
  hostname: string,
  epochMs: number,
): Target {
  const ip = config.ipstamp ? plainAddress(hostname) : undefined;
  if (!config.timestamp) {
    return { kind: "replace", name: storedName(filename, { ip }) };
  }
  return {
    kind: "keep",
    name: (attempt) =>
      attempt < MAX_ATTEMPTS
        ? storedName(filename, { ip, time: timeStamp(epochMs + attempt) })
        : undefined,
  };
}

function timeStamp(epochMs: number): string {
  return format(new Date(epochMs), "yyyy-MM-dd-HH-mm-ss-SSS");
}
