/**
 * Where a client's file goes, given its name, its address and the time.
 *
 * @module
 */

import { format } from "@std/datetime/format";
import { plainAddress } from "../policy/address.ts";
import { MAX_VERSION, storedName, versionName } from "../policy/filename.ts";
import type { Target } from "../storage/directory.ts";
import type { ServerConfig } from "./config.ts";

/**
 * Chooses the name or names to store an upload under.
 *
 * A stamped name is never used twice: if it is taken, because two uploads came
 * in the same millisecond or the clock was set back, the next free millisecond
 * is taken. A version has the form `name.~2~`, which no client can ask for.
 *
 * @param config Which stamps are wanted, and what happens to existing files.
 * @param filename A name that has been checked.
 * @param hostname The client's address.
 * @param epochMs The time of the request, milliseconds since 1970.
 */
export function targetFor(
  config: Pick<ServerConfig, "ipstamp" | "onExists" | "timestamp">,
  filename: string,
  hostname: string,
  epochMs: number,
): Target {
  const ip = config.ipstamp ? plainAddress(hostname) : undefined;
  if (config.timestamp) {
    return firstFree((attempt) => {
      const time = timeStamp(epochMs + attempt);
      return storedName(filename, { ip, time });
    });
  }
  const name = storedName(filename, { ip });
  switch (config.onExists) {
    case "replace":
      return { kind: "replace", name };
    case "refuse":
      return { kind: "create", name };
    case "version":
      return firstFree((attempt) => versionName(name, attempt + 1));
  }
}

function firstFree(name: (attempt: number) => string): Target {
  return {
    kind: "first-free",
    name: (attempt) => attempt < MAX_VERSION ? name(attempt) : undefined,
  };
}

function timeStamp(epochMs: number): string {
  return format(new Date(epochMs), "yyyy-MM-dd-HH-mm-ss-SSS");
}
