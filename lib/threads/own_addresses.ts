/**
 * The addresses of this machine.
 *
 * @module
 */

import { reachableAddresses } from "../policy/reachable.ts";

/**
 * Finds out where a server can be reached.
 *
 * @param hostname The address it listens on.
 * @returns None if it does not listen on all, or if that may not be found out.
 */
export function ownAddresses(hostname: string): string[] {
  const { state } = Deno.permissions
    .querySync({ name: "sys", kind: "networkInterfaces" });
  // Nobody is to be asked for it.
  if (state !== "granted") return [];
  try {
    return reachableAddresses(hostname, Deno.networkInterfaces());
  } catch {
    return [];
  }
}
