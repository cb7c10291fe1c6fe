/**
 * The few rights that each thread gets; whatever is not named is denied.
 *
 * @module
 */

import type { ServerConfig } from "../config.ts";
import type { AddressRange } from "../policy/range.ts";

const NONE = {
  read: false,
  write: false,
  sys: false,
  import: false,
  env: false,
  run: false,
  ffi: false,
} as const;

/**
 * The front: its addresses, and no file at all.
 *
 * @param isStoppable Whether it can be stopped from afar. Who does so is mostly
 * on this machine, whoever the only client is.
 */
export function frontRights(
  config: ServerConfig,
  isStoppable: boolean,
): Deno.PermissionOptionsObject {
  const net = netFor(config);
  return {
    ...NONE,
    net: net === "inherit" || !isStoppable || config.remoteip.length === 0
      ? net
      : [...net, ...peer(config.hostname, "127.0.0.1"), "[::1]"],
  };
}

/**
 * A transfer thread: its addresses and the upload directory.
 *
 * @param config What the server is to do; the directory's path is absolute.
 */
export function transferRights(
  config: ServerConfig,
): Deno.PermissionOptionsObject {
  const { directory, receipts } = config;
  return {
    ...NONE,
    net: netFor(config),
    read: [directory],
    write: receipts === undefined ? [directory] : [directory, receipts],
  };
}

/**
 * The addresses to listen on and to answer. Ranges of IPv6 addresses, all of IPv6
 * among them, cannot be written as a list, so there it is the right to the whole
 * network.
 */
function netFor(
  { hostname, port, remoteip }: ServerConfig,
): "inherit" | string[] {
  const local = bracket(hostname);
  const own = [`${local}:${port}`, `${local}:0`];
  if (remoteip.length === 0) {
    return hostname.includes(":") ? "inherit" : [...own, "0.0.0.0/0"];
  }
  return remoteip.every((range) => isWritable(hostname, range))
    ? [...own, ...remoteip.flatMap(({ text }) => peer(hostname, text))]
    : "inherit";
}

/** Nor can IPv4 as a socket for all of IPv6 writes it, but for one address. */
function isWritable(hostname: string, { text }: AddressRange): boolean {
  const hasIpv6 = hostname.includes(":") || text.includes(":");
  return !hasIpv6 || !text.includes("/");
}

function bracket(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/**
 * A socket for all of IPv6 writes an IPv4 address in its own way, and Deno 2.4
 * takes the two for different ones.
 */
function peer(hostname: string, address: string): string[] {
  const isMapped = hostname.includes(":") && !address.includes(":");
  return isMapped ? [address, `[::ffff:${address}]`] : [bracket(address)];
}
