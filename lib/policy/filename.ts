/**
 * Under which names files are stored. This is the security boundary between a
 * name from the network and the upload directory: a name that passes here is
 * one component, has no special meaning to any file system, and can never be
 * the name of a file of the server's own.
 *
 * @module
 */

import { ErrorCode } from "../protocol/packet.ts";

/** What is wrapped around the asked name. */
export interface Stamps {
  /** The client's address, put in front. */
  readonly ip?: string | undefined;
  /** The time as `YYYY-MM-DD-HH-MM-SS-mmm`, put behind. */
  readonly time?: string | undefined;
}

/** Why a name is refused. */
export interface NameRefusal {
  /** The error code for the client. */
  readonly code: number;
  /** What is wrong with it, for the log. */
  readonly reason: string;
}

/** The text of the ERROR for every refused name, as the original has it. */
export const INVALID_FILENAME = "invalid filename";
/** The longest name that every file system in use can store, in bytes. */
export const MAX_NAME_BYTES = 255;
/** `YYYY-MM-DD-HH-MM-SS-mmm` and the hyphen before it. */
const TIME_STAMP_BYTES = 24;

/**
 * Says why a file may not be stored under the name asked for.
 *
 * @param name The name asked for, undecoded (each character one byte).
 * @param ip The client's address if it becomes part of the name.
 * @param timestamp Whether the time becomes part of the name.
 * @returns The refusal, or `undefined` if the name is good.
 */
export function refuseName(
  name: string,
  { ip, timestamp }: {
    readonly ip: string | undefined;
    readonly timestamp: boolean;
  },
): NameRefusal | undefined {
  const { ACCESS_VIOLATION, NOT_DEFINED } = ErrorCode;
  if (name === "") {
    return { code: ACCESS_VIOLATION, reason: "name is empty" };
  }
  if (name === "." || name === "..") {
    return { code: ACCESS_VIOLATION, reason: "name is a directory" };
  }
  if (/[/\\]/.test(name)) {
    return { code: NOT_DEFINED, reason: "name leaves the upload directory" };
  }
  // deno-lint-ignore no-control-regex -- every byte above 0x7f is meant.
  if (/[^\x00-\x7f]/.test(name)) {
    return { code: ACCESS_VIOLATION, reason: "name is not ASCII" };
  }
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    return {
      code: NOT_DEFINED,
      reason: "name may hold only letters, digits, '.', '-' and '_'",
    };
  }
  const stamps = (ip === undefined ? 0 : ip.length + 1) +
    (timestamp ? TIME_STAMP_BYTES : 0);
  if (name.length + stamps > MAX_NAME_BYTES) {
    return {
      code: ACCESS_VIOLATION,
      reason: `stored name would exceed ${MAX_NAME_BYTES} bytes`,
    };
  }
  return undefined;
}

/**
 * Composes the name to store a file under:
 * `10.1.1.5-file.txt-2020-04-20-11-05-37-345`.
 *
 * @param name A name that {@linkcode refuseName} has nothing against.
 * @param stamps What to wrap around it. The colons of an IPv6 address, special
 * on some file systems, become hyphens.
 */
export function storedName(name: string, { ip, time }: Stamps): string {
  const stamped = time === undefined ? name : `${name}-${time}`;
  return ip === undefined ? stamped : `${ip.replaceAll(":", "-")}-${stamped}`;
}
