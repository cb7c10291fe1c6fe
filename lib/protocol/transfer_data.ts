/**
 * What a DATA packet does to an upload.
 *
 * @module
 */

import { type DataPacket, ErrorCode } from "./packet.ts";
import { type RoundTrip, withSample } from "./round_trip.ts";
import {
  type Action,
  type Failure,
  lingerMs,
  MAX_ERROR_REPEATS,
  nextDeadline,
  type Step,
  type Transfer,
} from "./transfer_state.ts";
import {
  abort,
  acknowledge,
  isRepeatDue,
  repeatReply,
  unchanged,
} from "./transfer_step.ts";

/**
 * Takes in a DATA packet.
 *
 * @param transfer The transfer as it is.
 * @param packet The packet.
 * @param now The present.
 */
export function receiveData(
  transfer: Transfer,
  { block, payload }: DataPacket,
  now: number,
): Step {
  const { phase, terms } = transfer;
  if (phase === "closed") return unchanged(transfer);
  if (phase === "failed") {
    return transfer.repeats < MAX_ERROR_REPEATS && isRepeatDue(transfer, now)
      ? repeatReply({ ...transfer, repeats: transfer.repeats + 1 }, now)
      : unchanged(transfer);
  }
  // The distance on the circle of 65536, from -32768 to 32767.
  const ahead = (block - transfer.block) << 16 >> 16;
  if (phase === "dallying") {
    return ahead === 0 ? repeatAck(transfer, now) : unchanged(transfer);
  }
  if (payload.length > terms.blksize) {
    return abort(
      transfer,
      ErrorCode.ILLEGAL_OPERATION,
      `block of ${payload.length} bytes exceeds blksize ${terms.blksize}`,
      { kind: "oversize-block", bytes: payload.length },
      now,
    );
  }
  if (transfer.block === 0 && block === 0) {
    return payload.length > 0
      ? { transfer: { ...transfer, sawBlockZero: true }, actions: [] }
      : unchanged(transfer);
  }
  if (ahead === 1 && transfer.sawBlockZero) {
    // A client that numbers its blocks from 0: going on would silently lose
    // its first one.
    const message = "blocks are numbered from 1";
    const why: Failure = { kind: "numbered-from-zero" };
    return abort(transfer, ErrorCode.ILLEGAL_OPERATION, message, why, now);
  }
  if (ahead === 1) return receiveInOrder(transfer, payload, now);
  if (ahead === 0) return repeatAck(transfer, now);
  if (ahead > 1 && ahead <= terms.windowsize && !transfer.gapAcked) {
    // Blocks are missing: say at once where to go on, but once only, or every
    // block still under way would set off a window of its own.
    return acknowledge({ ...transfer, gapAcked: true }, now);
  }
  return unchanged(transfer);
}

function receiveInOrder(
  transfer: Transfer,
  payload: Uint8Array,
  now: number,
): Step {
  const { terms } = transfer;
  const { maxBytes } = terms;
  if (transfer.bytes + payload.length > maxBytes) {
    const message = `file too large - limit is ${maxBytes} bytes`;
    const why: Failure = { kind: "too-large", maxBytes };
    return abort(transfer, ErrorCode.DISK_FULL, message, why, now);
  }
  const received: Transfer = {
    ...transfer,
    phase: "receiving",
    block: transfer.block + 1,
    bytes: transfer.bytes + payload.length,
    gapAcked: false,
    repeats: 0,
    roundTrip: timeRoundTrip(transfer, now),
    progressAt: now,
  };
  const write: readonly Action[] = payload.length > 0
    ? [{ kind: "write", payload }]
    : [];
  if (payload.length < terms.blksize) {
    const { transfer: acked, actions } = acknowledge(received, now);
    const dallying: Transfer = {
      ...acked,
      phase: "dallying",
      deadline: now + lingerMs(terms),
    };
    return {
      transfer: dallying,
      actions: [...write, { kind: "commit" }, ...actions],
    };
  }
  if (received.block - received.acked >= terms.windowsize) {
    const { transfer: acked, actions } = acknowledge(received, now);
    return { transfer: acked, actions: [...write, ...actions] };
  }
  return {
    transfer: { ...received, deadline: nextDeadline(received, now) },
    actions: write,
  };
}

/**
 * The first block behind an answer shows the round trip. If the answer was
 * repeated, nobody knows which one it follows; it counts from the first, lest a
 * peer that has become slower be bothered too early for ever.
 */
function timeRoundTrip(
  { block, acked, gapAcked, askedAt, roundTrip }: Transfer,
  now: number,
): RoundTrip | undefined {
  return block === acked && !gapAcked
    ? withSample(roundTrip, now - askedAt)
    : roundTrip;
}

/**
 * Answers the repetition of the last block acknowledged. Limited in time: an
 * old sender that answers every ACK with data would double the traffic for
 * ever. Before the first block there is nothing to acknowledge.
 */
function repeatAck(transfer: Transfer, now: number): Step {
  const { block, acked } = transfer;
  return block > 0 && block === acked && isRepeatDue(transfer, now)
    ? repeatReply(transfer, now)
    : unchanged(transfer);
}
