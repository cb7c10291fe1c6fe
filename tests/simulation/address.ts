/**
 * Addresses in a world.
 *
 * @module
 */

import { keyOf } from "../../lib/policy/address.ts";

/** An address and port, and both in one text. */
export interface Address extends Deno.NetAddr {
  readonly key: string;
}

/** Where the server listens. */
export const LISTENER = addressOf("10.0.0.1", 69);

/** Where a sender sends from. */
export function addressOfSender(
  { host, id }: { readonly host: number; readonly id: number },
): Address {
  return addressOf(`10.1.${host}.1`, 5_000 + id);
}

/** Makes an address. */
export function addressOf(hostname: string, port: number): Address {
  return { transport: "udp", hostname, port, key: keyOf({ hostname, port }) };
}
