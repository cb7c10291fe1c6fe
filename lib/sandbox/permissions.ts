/**
 * How little a server needs, and the thread that reads its port.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import type { ServerConfig } from "../server/config.ts";

/**
 * The rights of a server: its addresses and its directory, nothing else.
 *
 * @param config What the server is to do.
 * @param sources The folders its code is loaded from; none in a compiled
 * binary, which has it inside.
 * @param sys Whether it may see how full the disk is, if the program may.
 * @returns Whatever is not named is denied.
 */
export function permissionsFor(
  config: ServerConfig,
  sources: readonly string[],
  sys: "statfs"[],
): Deno.PermissionOptionsObject {
  return {
    net: netFor(config),
    read: [config.directory, ...sources],
    write: [config.directory],
    sys,
    // Code is loaded once at the start; only sources have some to load.
    import: sources.length > 0 ? "inherit" : false,
    env: false,
    run: false,
    ffi: false,
  };
}

/**
 * The rights of the thread that reads the port: the server's addresses and no
 * file at all.
 *
 * @param net The addresses.
 * @param sources The folders its code is loaded from.
 */
export function permissionsForPort(
  net: "inherit" | string[],
  sources: readonly string[],
): Deno.PermissionOptionsObject {
  return {
    net,
    read: [...sources],
    write: false,
    sys: false,
    import: false,
    env: false,
    run: false,
    ffi: false,
  };
}

/**
 * Where the code of workers is.
 *
 * @returns Its folders; none if it is compiled into the program.
 */
export function sources(): string[] {
  if (Deno.build.standalone) return [];
  return ["../", "../../scripts/std/"]
    .map((folder) => fromFileUrl(new URL(folder, import.meta.url)));
}

/**
 * The addresses to listen on and to answer. All of IPv6 cannot be written as a
 * list, so there it is the right to the whole network.
 */
function netFor(
  { hostname, port, remoteip }: ServerConfig,
): "inherit" | string[] {
  const local = bracket(hostname);
  const own = [`${local}:${port}`, `${local}:0`];
  if (remoteip !== undefined) return [...own, bracket(remoteip)];
  return hostname.includes(":") ? "inherit" : [...own, "0.0.0.0/0"];
}

/**
 * The addresses of the thread that reads the port. Who stops the server from
 * afar mostly does so on this machine, whoever its only client is.
 *
 * @param config What the server is to do.
 * @param isStoppable Whether it can be stopped from afar.
 */
export function portNetFor(
  config: ServerConfig,
  isStoppable: boolean,
): "inherit" | string[] {
  const net = netFor(config);
  return net === "inherit" || !isStoppable || config.remoteip === undefined
    ? net
    : [...net, "127.0.0.1", "[::1]"];
}

function bracket(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
