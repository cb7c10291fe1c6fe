/**
 * Which addresses a server listens on.
 *
 * Where it listens on all, it does so on each of them: an answer leaves from the
 * address that was asked, and no other server can share the port, as it could
 * with sockets that are bound to be shared (SO_REUSEADDR).
 *
 * @module
 */

import type { AccessRules } from "./access.ts";
import type { AddressRange } from "./range.ts";

/** All of IPv4. */
export const ALL_IPV4 = "0.0.0.0";
/** All of IPv6; a socket for it has all of IPv4 as well. */
export const ALL_IPV6 = "::";

/**
 * Beyond, all of them are one socket: a machine with so many addresses carries
 * those of others, and each socket takes a buffer and a descriptor.
 */
export const MAX_ADDRESSES = 64;

/** A network interface, as far as it matters. */
export interface Interface {
  /** `IPv4` or `IPv6`. */
  readonly family: string;
  /** Its address. */
  readonly address: string;
  /** The number of the link, with IPv6. */
  readonly scopeid?: number | null;
}

/** What the operator says about it. */
export interface ListeningRules extends Pick<AccessRules, "remoteip"> {
  /** The local IP addresses to listen on; none for all. */
  readonly hostnames: readonly string[];
}

/** The families of which all addresses are listened on. */
export type Families = Readonly<Record<"ipv4" | "ipv6", boolean>>;

/** Says of which families all addresses are listened on. */
export function familiesOf({ hostnames, remoteip }: ListeningRules): Families {
  const isAll = hostnames.length === 0;
  const hasAll6 = isAll || hostnames.includes(ALL_IPV6);
  // Where nobody can come from, nobody has to be listened to.
  const isAnyone = remoteip.length === 0;
  const isIpv6 = ({ text }: AddressRange) => text.includes(":");
  return {
    ipv4: (hasAll6 || hostnames.includes(ALL_IPV4)) &&
      (isAnyone || !remoteip.every(isIpv6)),
    ipv6: hasAll6 && (isAnyone || remoteip.some(isIpv6)),
  };
}

/**
 * Chooses the addresses to listen on.
 *
 * @param interfaces All interfaces of this machine; `undefined` if nobody knows.
 */
export function addressesFor(
  rules: ListeningRules,
  interfaces: readonly Interface[] | undefined,
): string[] {
  const named = rules.hostnames
    .filter((it) => it !== ALL_IPV4 && it !== ALL_IPV6);
  const { ipv4, ipv6 } = familiesOf(rules);
  const found = interfaces
    ?.filter(({ family }) => family === "IPv4" ? ipv4 : ipv6)
    .flatMap(withLink);
  const elsewhere = found?.filter((it) => !isLinkLocal(it));
  // Where there is none yet, all are one socket.
  const isFew = (it: string[] = []) =>
    it.length > 0 && it.length <= MAX_ADDRESSES;
  const rest = ipv6 ? [ALL_IPV6] : ipv4 ? [ALL_IPV4] : [];
  const all = [found, elsewhere].find(isFew) ?? rest;
  return [...new Set([...all, ...named])];
}

/**
 * An address to bind a socket to. Deno forgets on which link a client is whose
 * address means something there only; a socket of that link need not know.
 */
function withLink({ address, scopeid }: Interface): string[] {
  if (!isLinkLocal(address)) return [address];
  return scopeid ? [`${address}%${scopeid}`] : [];
}

/**
 * Whether an address means something on one link only (RFC 4291 section 2.5.6).
 */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(address);
}
