/**
 * What becomes of an upload where its block numbers begin anew: whether they go
 * on at 0 or at 1, and whether a block 1 is the one that is due. The file's bytes
 * depend on both, so whatever is in doubt has to come once more.
 *
 * @module
 */

import { sumOf } from "./bytes.ts";
import type { DataPacket } from "./packet.ts";
import { LAST_NUMBER } from "./rollover.ts";
import type { Transfer } from "./transfer_state.ts";

/**
 * Whether a block shows that its sender goes on at 1 behind 65535, which he has
 * not said: somebody who goes on at 0 does not get as far without the ACK of
 * block 0, neither in his window nor in his file. That can only be judged where
 * 65535 was acknowledged again, and is only believed of a client that announced a
 * size, for that shows at the end if a block is missing.
 */
export function showsRollover(
  transfer: Transfer,
  { block: wire, payload }: DataPacket,
): boolean {
  const { block, bytes, gapAcked, repeats, rollover, terms } = transfer;
  const { announcedBytes, blksize, windowsize } = terms;
  const isOpen = block === LAST_NUMBER && rollover === undefined &&
    announcedBytes !== undefined && (gapAcked || repeats > 0);
  if (!isOpen || wire === 0 || isLikeFirst(transfer, wire, payload)) {
    return false;
  }
  const left = announcedBytes - bytes;
  const isLast = wire === Math.floor(left / blksize) + 1 &&
    payload.length === left % blksize;
  return wire === windowsize || isLast;
}

/**
 * Whether a block may be the first one of the file, that the network kept until
 * its number is due again: it has the same contents. The true one comes again.
 *
 * @param ahead How far the block is ahead of the last one in order.
 */
export function isFirstAgain(
  transfer: Transfer,
  { block: wire, payload }: DataPacket,
  ahead: number,
): boolean {
  const { block, sawFirstAgain } = transfer;
  // A packet that is older than another round is no longer under way.
  const isFirstRound = block >= LAST_NUMBER && block <= LAST_NUMBER + 1;
  return isFirstRound && ahead >= 1 && !sawFirstAgain &&
    isLikeFirst(transfer, wire, payload);
}

function isLikeFirst(
  { firstSum }: Transfer,
  wire: number,
  payload: Uint8Array,
): boolean {
  return wire === 1 && firstSum === sumOf(payload);
}
