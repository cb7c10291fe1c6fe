/**
 * Whether a stored file is the one that was sent.
 *
 * @module
 */

import { join } from "@std/path";
import { isSameBytes } from "../../lib/protocol/bytes.ts";

/**
 * Compares a stored file with what was sent. Not by `assertEquals`: that would
 * print megabytes.
 *
 * @returns What is wrong, if anything is.
 */
export async function differenceOf(
  directory: string,
  name: string,
  sent: Uint8Array,
): Promise<string | undefined> {
  let stored: Uint8Array;
  try {
    stored = await Deno.readFile(join(directory, name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `${name} is not there`;
    throw error;
  }
  if (isSameBytes(stored, sent)) return undefined;
  return `${name} has other bytes than sent ` +
    `(${stored.length} of ${sent.length} bytes)`;
}
