/**
 * The few rights that each thread gets; whatever is not named is denied.
 *
 * @module
 */

import type { ServerConfig } from "../config.ts";
import { ALL_IPV4, ALL_IPV6, familiesOf } from "../policy/listening.ts";

const NONE = {
  read: false,
  write: false,
  sys: false,
  import: false,
  env: false,
  run: false,
  ffi: false,
} as const;

/** Every IPv4 address, as Deno writes it. */
const ANY_IPV4 = "0.0.0.0/0";

/** Who stops a server from afar is mostly on this machine. */
const THIS_MACHINE = ["127.0.0.1", "[::1]"];

/**
 * The front: its addresses, and no file at all.
 *
 * @param isStoppable Whether it can be stopped from afar.
 */
export function frontRights(
  config: ServerConfig,
  isStoppable: boolean,
): Deno.PermissionOptionsObject {
  return { ...NONE, net: netFor(config, isStoppable) };
}

/**
 * A transfer thread: its addresses and the upload directory.
 *
 * @param config What the server is to do; the directory's path is absolute.
 * @param isStoppable Whether it is the front as well, which can be stopped.
 */
export function transferRights(
  config: ServerConfig,
  isStoppable = false,
): Deno.PermissionOptionsObject {
  const { directory, receipts } = config;
  return {
    ...{ ...NONE, net: netFor(config, isStoppable), read: [directory] },
    write: receipts === undefined ? [directory] : [directory, receipts],
  };
}

/**
 * The addresses to listen on and to answer. Ranges of IPv6 addresses, all of IPv6
 * among them, cannot be written as a list, so there it is the right to the whole
 * network.
 */
function netFor(
  config: ServerConfig,
  isStoppable: boolean,
): "inherit" | string[] {
  const { hostnames, port, remoteip } = config;
  const { ipv4, ipv6 } = familiesOf(config);
  if (ipv6) return "inherit";
  const named = hostnames.filter((it) => it !== ALL_IPV4 && it !== ALL_IPV6);
  // Each address of this machine, and those that it is yet to get.
  const own = [...(ipv4 ? [ANY_IPV4] : []), ...named.map(bracket)]
    // The port that the system chooses for one is that of all.
    .flatMap((it) => port === 0 ? [it] : [`${it}:${port}`, `${it}:0`]);
  if (remoteip.length === 0) {
    return named.some(isIpv6) ? "inherit" : [...own, ANY_IPV4];
  }
  const clients = remoteip.map(({ text }) => text);
  if (clients.some((it) => isIpv6(it) && it.includes("/"))) return "inherit";
  const others = isStoppable ? THIS_MACHINE : [];
  return [...own, ...clients.map(bracket), ...others];
}

function isIpv6(address: string): boolean {
  return address.includes(":");
}

function bracket(address: string): string {
  return isIpv6(address) ? `[${address}]` : address;
}
