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
/** More files of one name are somebody's mistake. */
export const MAX_VERSION = 10_000;
/** As long as every time stamp. */
const SOME_TIME = "2020-04-20-11-05-37-345";
/** Devices whatever the extension, and a last dot that would be dropped. */
const WINDOWS_SPECIAL = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)|\.$/i;

/** What the stored name depends on besides the name asked for. */
export interface NameRules {
  /** The client's address if it becomes part of the name. */
  readonly ip: string | undefined;
  /** Whether the time becomes part of the name. */
  readonly timestamp: boolean;
  /** Whether later versions of a file get a number behind the name. */
  readonly versions: boolean;
  /** Whether the names of Windows' devices are forbidden. */
  readonly windows: boolean;
}

/**
 * Says why a file may not be stored under the name asked for.
 *
 * @param name The name asked for, undecoded (each character one byte).
 * @param rules What the stored name depends on.
 * @returns The refusal, or `undefined` if the name is good.
 */
export function refuseName(
  name: string,
  { ip, timestamp, versions, windows }: NameRules,
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
  const time = timestamp ? SOME_TIME : undefined;
  const stored = storedName(name, { ip, time });
  if (ip === undefined && /^[.-]/.test(name)) {
    // Nobody shall plant a .profile, or an -rf for somebody's "rm *".
    return { code: NOT_DEFINED, reason: "name begins with '.' or '-'" };
  }
  if (windows && WINDOWS_SPECIAL.test(stored)) {
    return { code: NOT_DEFINED, reason: "name is special on Windows" };
  }
  const longest = versions ? versionName(stored, MAX_VERSION) : stored;
  if (longest.length > MAX_NAME_BYTES) {
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

/**
 * Names a version of a file: the first is the name itself, the second
 * `name.~2~`. No client can ask for a name with a `~`.
 *
 * @param name The stored name.
 * @param version The number, from 1 to {@linkcode MAX_VERSION}.
 */
export function versionName(name: string, version: number): string {
  return version === 1 ? name : `${name}.~${version}~`;
}
