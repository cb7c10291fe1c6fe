/**
 * Block numbers on the wire, said once more for the simulation.
 *
 * @module
 */

import { addressOfSender } from "./address.ts";
import type { Scenario } from "./scenario.ts";

/** The last block number before they begin anew. */
export const MAX_BLOCK = 65_535;

/** The number of a block for a sender that goes on at 0 or at 1. */
export function wireOf(block: number, rollover: 0 | 1): number {
  if (rollover === 0 || block === 0) return block & 0xffff;
  return (block - 1) % MAX_BLOCK + 1;
}

/** How far a number is ahead of a block, on the circle of all numbers. */
export function aheadOf(wire: number, block: number, rollover: 0 | 1): number {
  return rollover === 0
    ? (wire - block) << 16 >> 16
    : (wire - block % MAX_BLOCK + 32_767 + MAX_BLOCK) % MAX_BLOCK - 32_767;
}

/** Where a peer goes on; strangers as everybody. */
export function rolloverOf({ senders }: Scenario, peer: string): 0 | 1 {
  return senders.find((it) => addressOfSender(it).key === peer)?.rollover ?? 0;
}
