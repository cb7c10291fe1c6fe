/**
 * Where a client's file goes, given its name, its address and the time.
 *
 * @module
 */

import { plainAddress } from "./address.ts";
import { MAX_VERSION, storedName, versionName } from "./filename.ts";

/** What happens to a file whose name is taken. */
export type OnExists = "replace" | "refuse" | "version";

/** What the operator wants of names. */
export interface NamingRules {
  /** Whether stored names begin with the client's address. */
  readonly ipstamp: boolean;
  /** Whether stored names end with the time. */
  readonly timestamp: boolean;
  /** What happens to a file whose name is taken. */
  readonly onExists: OnExists;
}

/** The name or names to store an upload under. */
export type Target =
  /** Under this name, in place of what a plain file there holds. */
  | { readonly kind: "replace"; readonly name: string }
  /** Under this name if it is free. */
  | { readonly kind: "create"; readonly name: string }
  /** Under the first of these names that is free. */
  | {
    readonly kind: "first-free";
    readonly name: (attempt: number) => string | undefined;
  };

/** What is asked for, by whom and when. */
export interface NamedRequest {
  /** A name that has been checked. */
  readonly filename: string;
  /** The client's address. */
  readonly hostname: string;
  /** The time of the request, milliseconds since 1970. */
  readonly at: number;
}

/**
 * Chooses the name or names to store an upload under.
 *
 * A stamped name is never used twice: if it is taken, because two uploads came
 * in the same millisecond or the clock was set back, the next free millisecond
 * is taken. A version has the form `name.~2~`, which no client can ask for.
 *
 * @param rules Which stamps are wanted, and what happens to existing files.
 * @param timeStamp Writes a time as `YYYY-MM-DD-HH-MM-SS-mmm`.
 */
export function targetFor(
  { ipstamp, timestamp, onExists }: NamingRules,
  { filename, hostname, at }: NamedRequest,
  timeStamp: (epochMs: number) => string,
): Target {
  const ip = ipstamp ? plainAddress(hostname) : undefined;
  if (timestamp) {
    return firstFree((attempt) =>
      storedName(filename, { ip, time: timeStamp(at + attempt) })
    );
  }
  const name = storedName(filename, { ip });
  switch (onExists) {
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
