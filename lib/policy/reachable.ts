/**
 * At which addresses a server that listens on all can be reached.
 *
 * @module
 */

import {
  familiesOf,
  type Interface,
  isLinkLocal,
  type ListeningRules,
} from "./listening.ts";

/** How far off somebody can be who reaches it: anywhere, on the link, here. */
const RANKS = ["anywhere", "link", "here"] as const;

/**
 * Chooses the addresses that are worth naming: no loopback and none of this link
 * only, unless there are no others; IPv4 first.
 *
 * @returns None if the server does not listen on all.
 */
export function reachableAddresses(
  rules: ListeningRules,
  interfaces: readonly Interface[],
): string[] {
  const { ipv4, ipv6 } = familiesOf(rules);
  const families = [...(ipv4 ? ["IPv4"] : []), ...(ipv6 ? ["IPv6"] : [])];
  const all = families
    .flatMap((family) => interfaces.filter((it) => it.family === family))
    .map(({ address }) => address)
    // Without the name of the link nobody can type it.
    .filter((address) => !isLinkLocal(address));
  const farthest = RANKS.find((rank) => all.some((it) => rankOf(it) === rank));
  return [...new Set(all.filter((it) => rankOf(it) === farthest))];
}

function rankOf(address: string): typeof RANKS[number] {
  if (address === "::1" || address.startsWith("127.")) return "here";
  return address.startsWith("169.254.") ? "link" : "anywhere";
}
