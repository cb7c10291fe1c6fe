/**
 * What is granted to whom: the operator's limits, less while memory is short.
 *
 * @module
 */

import { MTU_BLKSIZE, type NegotiationLimits } from "../protocol/options.ts";
import type { Packet } from "../protocol/packet.ts";
import { classify, type Verdict } from "../protocol/request.ts";
import { plainAddress } from "./address.ts";

/** What the operator grants at most. */
export interface NegotiationRules
  extends Omit<NegotiationLimits, "maxBlksize"> {
  /** The largest block, bytes, or what fits a frame of Ethernet. */
  readonly maxBlksize: number | "mtu";
}

/** What becomes of a request. */
export interface Offer {
  /** What is answered. */
  readonly verdict: Verdict;
  /** Whether its blocks are smaller than without what was learned. */
  readonly isCutBack: boolean;
}

/** What fits a frame of Ethernet, tunnels included. */
const SMALL_BLKSIZE = 1_428;

/**
 * Says what a client may be granted.
 *
 * @param isAmple Whether there is memory enough; if not, less is under way at
 * once.
 */
export function limitsFor(
  rules: NegotiationRules,
  hostname: string,
  isAmple: boolean,
): NegotiationLimits {
  const { ipv4, ipv6 } = MTU_BLKSIZE;
  const isIpv6 = plainAddress(hostname).includes(":");
  const wanted = rules.maxBlksize === "mtu"
    ? isIpv6 ? ipv6 : ipv4
    : rules.maxBlksize;
  const maxBlksize = isAmple ? wanted : Math.min(wanted, SMALL_BLKSIZE);
  return { ...rules, maxBlksize };
}

/**
 * Classifies a datagram with regard to what got through before.
 *
 * @param learned The largest block that is worth a try; `undefined` for any.
 */
export function offerTo(
  packet: Packet,
  limits: NegotiationLimits,
  learned: number | undefined,
): Offer {
  const plain = classify(packet, limits);
  if (learned === undefined || plain.kind !== "accept") {
    return { verdict: plain, isCutBack: false };
  }
  const maxBlksize = Math.min(limits.maxBlksize, learned);
  const verdict = classify(packet, { ...limits, maxBlksize });
  return { verdict, isCutBack: plain.terms.blksize > maxBlksize };
}
