/**
 * Blocks that end an upload, for going on would store something else than the
 * client has.
 *
 * @module
 */

import { sumOf } from "./bytes.ts";
import { type DataPacket, ErrorCode } from "./packet.ts";
import type { Failure, Step, Transfer } from "./transfer_state.ts";
import { abort } from "./transfer_step.ts";

/**
 * Refuses a block that must not be.
 *
 * @param ahead How far it is ahead of the last one in order; `undefined` if no
 * block can have its number.
 * @returns `undefined` if nothing is wrong with it.
 */
export function refuseBlock(
  transfer: Transfer,
  packet: DataPacket,
  ahead: number | undefined,
  now: number,
): Step | undefined {
  const { blksize } = transfer.terms;
  const { ILLEGAL_OPERATION, NOT_DEFINED } = ErrorCode;
  const bytes = packet.payload.length;
  const refuse = (code: number, message: string, why: Failure) =>
    abort(transfer, code, message, why, now);
  if (bytes > blksize) {
    const message = `block of ${bytes} bytes exceeds blksize ${blksize}`;
    const why: Failure = { kind: "oversize-block", bytes };
    return refuse(ILLEGAL_OPERATION, message, why);
  }
  if (ahead === undefined) {
    const message = "block 0 of a client whose blocks go on at 1";
    return refuse(ILLEGAL_OPERATION, message, { kind: "two-rollovers" });
  }
  if (isOtherFirst(transfer, packet, ahead)) {
    // curl reads on at every OACK: what it sends now is another part of its file.
    const message = "block 1 came twice with different contents";
    return refuse(NOT_DEFINED, message, { kind: "two-first-blocks" });
  }
  if (ahead === 1 && transfer.sawBlockZero) {
    // A client that numbers its blocks from 0: going on would silently lose
    // its first one.
    const message = "blocks are numbered from 1";
    return refuse(ILLEGAL_OPERATION, message, { kind: "numbered-from-zero" });
  }
  return undefined;
}

/** Whether it is block 1 once more and has other contents than before. */
export function isOtherFirst(
  { block, firstSum }: Transfer,
  { payload }: DataPacket,
  ahead: number,
): boolean {
  return block + ahead === 1 && firstSum !== undefined &&
    firstSum !== sumOf(payload);
}
