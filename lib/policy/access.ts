/**
 * Who is listened to at all.
 *
 * @module
 */

import {
  type AddressRange,
  isInRanges,
  isWithin,
  parseRange,
} from "./range.ts";

/** Whom the operator wants to be served. */
export interface AccessRules {
  /** The only addresses that may send; empty for all. */
  readonly remoteip: readonly AddressRange[];
  /** Whether ports below {@linkcode FIRST_CLIENT_PORT} may send. */
  readonly servesLowPorts: boolean;
}

/**
 * Below are the ports of services. A request from there is mostly forged, to
 * make the server talk to a service and that one answer (CVE-2024-2169); but
 * some old boards do send from port 69.
 */
export const FIRST_CLIENT_PORT = 1_024;

/** Of so many ranges each is named to whoever reads why somebody was denied. */
const MAX_NAMED = 3;
/** Any address, broadcast and multicast (RFC 1122 section 3.2.1.3, RFC 4291). */
const NOBODY = [
  ...["0.0.0.0/8", "224.0.0.0/4", "255.255.255.255", "::", "ff00::/8"],
].map(parseRange).filter((it) => typeof it !== "string");

/** Whether somebody is listened to at all. */
export function maySend(
  hostname: string,
  { remoteip }: Pick<AccessRules, "remoteip">,
): boolean {
  return remoteip.length === 0 || isInRanges(hostname, remoteip);
}

/**
 * Says why a datagram is ignored, whatever is in it.
 *
 * @returns The reason, or `undefined` if it may be looked at.
 */
export function ignoreSource(
  from: { readonly hostname: string; readonly port: number },
  rules: AccessRules,
): string | undefined {
  if (!maySend(from.hostname, rules)) {
    return `only ${nameRanges(rules.remoteip)} may send`;
  }
  if (from.port === 0) return "nobody can be answered at port 0";
  if (from.port < FIRST_CLIENT_PORT && !rules.servesLowPorts) {
    return `port ${from.port} is a service's; see --low-ports`;
  }
  return undefined;
}

/**
 * Says why nobody of a range can ever be served.
 *
 * @param hostnames The addresses that are listened on, in their canonical
 * spelling; none for all.
 * @returns The reason, or `undefined` if somebody can.
 */
export function servesNobody(
  hostnames: readonly string[],
  range: AddressRange,
): string | undefined {
  if (NOBODY.some((it) => isWithin(range, it))) {
    return "no client has this address";
  }
  const isIpv6 = range.text.includes(":");
  // All of IPv6 takes in IPv4 as well.
  const isReached = hostnames.length === 0 ||
    hostnames.some((it) => it === "::" || isIpv6 === it.includes(":"));
  if (isReached) return undefined;
  const family = isIpv6 ? "IPv6" : "IPv4";
  return `an ${family} client cannot reach ${hostnames.join(" or ")}`;
}

function nameRanges(ranges: readonly AddressRange[]): string {
  const names = ranges.slice(0, MAX_NAMED).map(({ text }) => text).join(", ");
  const left = ranges.length - MAX_NAMED;
  return left > 0 ? `${names} and ${left} more` : names;
}
