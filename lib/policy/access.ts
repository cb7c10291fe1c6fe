/**
 * Who is listened to at all.
 *
 * @module
 */

import { plainAddress } from "./address.ts";

/** Whom the operator wants to be served. */
export interface AccessRules {
  /** The only address, in its canonical spelling; `undefined` for all. */
  readonly remoteip: string | undefined;
  /** Whether ports below {@linkcode FIRST_CLIENT_PORT} may send. */
  readonly servesLowPorts: boolean;
}

/**
 * Below are the ports of services. A request from there is mostly forged, to
 * make the server talk to a service and that one answer (CVE-2024-2169); but
 * some old boards do send from port 69.
 */
export const FIRST_CLIENT_PORT = 1_024;

/**
 * Says why a datagram is ignored, whatever is in it.
 *
 * @param from Where it claims to come from.
 * @param rules Whom the operator wants to be served.
 * @returns The reason, or `undefined` if it may be looked at.
 */
export function ignoreSource(
  from: { readonly hostname: string; readonly port: number },
  { remoteip, servesLowPorts }: AccessRules,
): string | undefined {
  if (remoteip !== undefined && plainAddress(from.hostname) !== remoteip) {
    return `only ${remoteip} may send`;
  }
  if (from.port === 0) return "nobody can be answered at port 0";
  if (from.port < FIRST_CLIENT_PORT && !servesLowPorts) {
    return `port ${from.port} is a service's; see --low-ports`;
  }
  return undefined;
}
