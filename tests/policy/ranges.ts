/**
 * Ranges of addresses, and interfaces that have some, for tests.
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

/** Interfaces with these addresses, of IPv6 if there is a colon in one. */
export function having(
  ...addresses: string[]
): { family: string; address: string }[] {
  return addresses.map((address) => ({
    family: address.includes(":") ? "IPv6" : "IPv4",
    address,
  }));
}
