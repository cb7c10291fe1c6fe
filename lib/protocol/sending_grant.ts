/**
 * What a server may grant of what was asked for.
 *
 * @module
 */

import { DEFAULT_BLKSIZE, MIN_BLKSIZE } from "./options.ts";
import type { Option } from "./packet.ts";

/** What was settled. */
export interface Grant {
  /** Payload bytes of every block but the last. */
  readonly blksize: number;
  /** Blocks that may be under way at once. */
  readonly windowsize: number;
}

/**
 * Reads what a server grants (RFC 2347: it may leave options out; RFC 2348 and
 * 7440: it may grant less, but never more).
 *
 * @param asked The options of the request.
 * @param granted Those of the OACK.
 * @returns What is wrong with it, in words for the server, if something is.
 */
export function readGrant(
  asked: readonly Option[],
  granted: readonly Option[],
): Grant | string {
  let blksize = DEFAULT_BLKSIZE;
  let windowsize = 1;
  const seen = new Set<string>();
  for (const { name, value } of granted) {
    const key = name.toLowerCase();
    const wanted = asked.find((option) => option.name.toLowerCase() === key);
    if (wanted === undefined) return `option ${name} was not asked for`;
    if (seen.has(key)) return `option ${name} came twice`;
    seen.add(key);
    // Some servers answer tsize with 0; nothing depends on it.
    if (key !== "blksize" && key !== "windowsize") continue;
    const min = key === "blksize" ? MIN_BLKSIZE : 1;
    const number = /^[0-9]{1,5}$/.test(value) ? Number(value) : NaN;
    if (!(number >= min && number <= Number(wanted.value))) {
      return `${key} ${value} was not asked for, but ${wanted.value}`;
    }
    if (key === "blksize") blksize = number;
    else windowsize = number;
  }
  return { blksize, windowsize };
}
