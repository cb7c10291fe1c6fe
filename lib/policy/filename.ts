/**
 * Under which names files are stored. This is the security boundary between a
 * name from the network and the upload directory: a name that passes here leads
 * nowhere but down, has no special meaning to any file system, and can never be
 * the name of a file of the server's own.
 *
 * @module
 */

import { ErrorCode, type ErrorPacket } from "../protocol/packet.ts";
import type { Peer } from "./address.ts";
import { splitPath } from "./asked_path.ts";
import { oddCharacters } from "./characters.ts";
import { fillTemplate } from "./name_template.ts";
import {
  MAX_VERSION,
  type NamingRules,
  templateOf,
  versionName,
} from "./naming.ts";

/**
 * The longest text of such an ERROR. With it a frame of Ethernet has 96 bytes,
 * one and a half times the shortest one there is: nobody who forges a sender's
 * address gains by it.
 */
export const MAX_REASON_LENGTH = 45;
/** The longest name that every file system in use can store, in bytes. */
export const MAX_NAME_BYTES = 255;
/**
 * The longest path below the upload directory, in bytes: no request of RFC 1350's
 * size asks for more, and half of what macOS takes is left for what is above.
 */
export const MAX_PATH_BYTES = 512;
/** Deeper than any device's own; what an upload can make is bounded by it. */
export const MAX_DIRECTORIES = 8;
/** As long as every time stamp. */
const SOME_TIME = "2020-04-20-11-05-37-345";
/** Devices whatever the extension, and a last dot that would be dropped. */
const WINDOWS_SPECIAL = /^(con|prn|aux|nul|com[0-9]|lpt[0-9]) *(\.|$)|\.$/i;

/** What decides about a name besides the name itself. */
export interface NameRules extends NamingRules {
  /** Whether the names of Windows' devices are forbidden. */
  readonly isWindows: boolean;
}

/**
 * Answers a request for a name that is refused: always with the same code, and
 * the words of the original with what {@linkcode refuseName} says behind them.
 */
export function invalidFilename(reason: string): ErrorPacket {
  const message = `invalid filename - ${reason}`;
  return { kind: "error", code: ErrorCode.ACCESS_VIOLATION, message };
}

/**
 * Says why a file may not be stored under the name asked for.
 *
 * @param asked The name asked for, undecoded (each character one byte).
 * @returns The reason, or `undefined` if the name is good.
 */
export function refuseName(
  asked: string,
  client: Peer,
  rules: NameRules,
): string | undefined {
  const { allowedChars, isWindows, onExists, paths } = rules;
  const path = splitPath(asked, paths);
  const reason = refuseDirectories(path.directories, allowedChars) ??
    refuseAsked(path.name, allowedChars);
  if (reason !== undefined) return reason;
  const filling = { ...path, client, stamp: SOME_TIME };
  const stored = fillTemplate(templateOf(rules), filling);
  const longest = onExists === "version"
    ? versionName(stored, MAX_VERSION)
    : stored;
  return stored.split("/").map((it) => refuseStored(it, isWindows))
    .find((it) => it !== undefined) ??
    (isTooLong(longest) ? "too long" : undefined);
}

function refuseDirectories(
  directories: readonly string[],
  allowedChars: string,
): string | undefined {
  if (directories.length > MAX_DIRECTORIES) return "too many directories";
  if (directories.includes("")) return "an empty directory";
  if (directories.some((it) => it === "." || it === "..")) {
    return "contains . or ..";
  }
  return directories.map((it) => refuseAsked(it, allowedChars))
    .find((it) => it !== undefined);
}

function refuseAsked(name: string, allowedChars: string): string | undefined {
  if (name === "") return "empty";
  if (name === "." || name === "..") return "is a directory";
  if (/[/\\]/.test(name)) return "contains a directory";
  // deno-lint-ignore no-control-regex -- every byte above 0x7f is meant.
  if (/[^\x00-\x7f]/.test(name)) return "not ASCII";
  const isAllowed = (it: string) => allowedChars.includes(it);
  if ([...oddCharacters(name)].every(isAllowed)) return undefined;
  return allowedChars === ""
    ? "not only A-Z a-z 0-9 . - _"
    : "character not allowed";
}

function refuseStored(
  component: string,
  isWindows: boolean,
): string | undefined {
  // Nobody shall plant a .profile, or an -rf for somebody's "rm *".
  if (/^[.-]/.test(component)) return "begins with . or -";
  // No eye sees the difference, and Windows makes none.
  if (/^ | $/.test(component)) return "begins or ends with space";
  return isWindows && WINDOWS_SPECIAL.test(component)
    ? "special on Windows"
    : undefined;
}

function isTooLong(path: string): boolean {
  return path.length > MAX_PATH_BYTES ||
    path.split("/").some(({ length }) => length > MAX_NAME_BYTES);
}
