/**
 * Ranges of addresses for tests.
 *
 * @module
 */

import { assert } from "@std/assert";
import { type AddressRange, parseRange } from "../../lib/policy/range.ts";

/** Reads ranges with blanks between them. */
export function rangesOf(text: string): AddressRange[] {
  return text.split(" ").map((it) => {
    const range = parseRange(it);
    assert(typeof range !== "string", `${it}: ${range}`);
    return range;
  });
}
