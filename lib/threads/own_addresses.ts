/**
 * The addresses of this machine.
 *
 * @module
 */

import {
  addressesFor,
  type Interface,
  type ListeningRules,
} from "../policy/listening.ts";
import { reachableAddresses } from "../policy/reachable.ts";

/**
 * Finds out where a server can be reached.
 *
 * @returns None if it does not listen on all, or if that may not be found out.
 */
export function ownAddresses(rules: ListeningRules): string[] {
  return reachableAddresses(rules, interfaces() ?? []);
}

/**
 * Chooses the addresses to listen on: where all are wanted, each of them if Deno
 * allows that, else all as one.
 */
export function listenOn(rules: ListeningRules, port: number): string[] {
  const each = addressesFor(rules, interfaces());
  const isAllowed = each.every((it) => mayListen(it, port));
  return isAllowed ? each : addressesFor(rules, undefined);
}

function interfaces(): Interface[] | undefined {
  const { state } = Deno.permissions
    .querySync({ name: "sys", kind: "networkInterfaces" });
  // Nobody is to be asked for it.
  if (state !== "granted") return undefined;
  try {
    return Deno.networkInterfaces();
  } catch {
    return undefined;
  }
}

function mayListen(address: string, port: number): boolean {
  const host = address.includes(":") ? `[${address}]` : address;
  return [port, 0].every((it) =>
    Deno.permissions.querySync({ name: "net", host: `${host}:${it}` }).state ===
      "granted"
  );
}
