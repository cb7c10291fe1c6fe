/**
 * Under which names files are stored. This is the security boundary between a
 * name from the network and the upload directory: a name that passes here is
 * one component, has no special meaning to any file system, and can never be
 * the name of a file of the server's own.
 *
 * @module
 */

import { ErrorCode, type ErrorPacket } from "../protocol/packet.ts";
import { groupsOf } from "./address.ts";

/** What is wrapped around the asked name. */
export interface Stamps {
  /** The client's address, put in front. */
  readonly ip?: string | undefined;
  /** The time as `YYYY-MM-DD-HH-MM-SS-mmm`, put behind. */
  readonly time?: string | undefined;
}

/**
 * The longest text of such an ERROR. With it a frame of Ethernet has 96 bytes,
 * one and a half times the shortest one there is: nobody who forges a sender's
 * address gains by it.
 */
export const MAX_REASON_LENGTH = 45;
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
 * Answers a request for a name that is refused: always with the same code, and
 * the words of the original with the reason behind them.
 *
 * @param reason What {@linkcode refuseName} has against it.
 */
export function invalidFilename(reason: string): ErrorPacket {
  const message = `invalid filename - ${reason}`;
  return { kind: "error", code: ErrorCode.ACCESS_VIOLATION, message };
}

/**
 * Says why a file may not be stored under the name asked for.
 *
 * @param name The name asked for, undecoded (each character one byte).
 * @param rules What the stored name depends on.
 * @returns The reason, or `undefined` if the name is good.
 */
export function refuseName(
  name: string,
  { ip, timestamp, versions, windows }: NameRules,
): string | undefined {
  if (name === "") return "empty";
  if (name === "." || name === "..") return "is a directory";
  if (/[/\\]/.test(name)) return "contains a directory";
  // deno-lint-ignore no-control-regex -- every byte above 0x7f is meant.
  if (/[^\x00-\x7f]/.test(name)) return "not ASCII";
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return "not only A-Z a-z 0-9 . - _";
  const time = timestamp ? SOME_TIME : undefined;
  const stored = storedName(name, { ip, time });
  // Nobody shall plant a .profile, or an -rf for somebody's "rm *".
  if (/^[.-]/.test(stored)) return "begins with . or -";
  if (windows && WINDOWS_SPECIAL.test(stored)) return "special on Windows";
  const longest = versions ? versionName(stored, MAX_VERSION) : stored;
  return longest.length > MAX_NAME_BYTES ? "too long" : undefined;
}

/**
 * Composes the name to store a file under:
 * `10.1.1.5-file.txt-2020-04-20-11-05-37-345`.
 *
 * Of IPv6 all eight groups are written, with four digits each and hyphens for
 * the colons, which are special on some file systems:
 * `fd77-0000-0000-0000-0000-0000-0000-0009-file.txt`. In any shorter form the
 * name of one client's file could be that of another's, or begin with a hyphen.
 *
 * @param name A name that {@linkcode refuseName} has nothing against.
 * @param stamps What to wrap around it.
 */
export function storedName(name: string, { ip, time }: Stamps): string {
  const stamped = time === undefined ? name : `${name}-${time}`;
  return ip === undefined ? stamped : `${stampOf(ip)}-${stamped}`;
}

function stampOf(ip: string): string {
  return ip.includes(":")
    ? groupsOf(ip).map((group) => group.padStart(4, "0")).join("-")
    : ip;
}

/**
 * Names a version of a file: the first is the name itself, the second
 * `name.~2~`. No client can ask for a name with a `~`.
 *
 * @param version The number, from 1 to {@linkcode MAX_VERSION}.
 */
export function versionName(name: string, version: number): string {
  return version === 1 ? name : `${name}.~${version}~`;
}
