/**
 * What a DATA packet does to an upload.
 *
 * @module
 */

import { sumOf } from "./bytes.ts";
import { type DataPacket, ErrorCode } from "./packet.ts";
import { distance } from "./rollover.ts";
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
import { isOtherFirst, refuseBlock } from "./transfer_refuse.ts";
import { isFirstAgain, showsRollover } from "./transfer_wrap.ts";

/** So many repeated blocks are answered at once. */
const MAX_ANSWERS = 4;
/** Even in lock-step atftp sends block 2 for block 1 again, and then block 3. */
const LOCK_STEP_AHEAD = 4;
/** Another one is answered after this time, if not after a longer one. */
const MIN_ANSWER_MS = 100;

/** Takes in a DATA packet. */
export function receiveData(
  transfer: Transfer,
  packet: DataPacket,
  now: number,
): Step {
  const { block, payload } = packet;
  const { phase, terms } = transfer;
  if (phase === "closed") return unchanged(transfer);
  if (phase === "failed") {
    return transfer.repeats < MAX_ERROR_REPEATS && isRepeatDue(transfer, now)
      ? repeatReply({ ...transfer, repeats: transfer.repeats + 1 }, now)
      : unchanged(transfer);
  }
  const ahead = distance(block, transfer.block, transfer.rollover ?? 0);
  if (phase === "dallying") {
    return ahead === 0 && !isOtherFirst(transfer, packet, ahead)
      ? repeatAck(transfer, now)
      : unchanged(transfer);
  }
  const refused = refuseBlock(transfer, packet, ahead, now);
  if (refused !== undefined || ahead === undefined) {
    return refused ?? unchanged(transfer);
  }
  if (transfer.block === 0 && block === 0) {
    return payload.length > 0
      ? { transfer: { ...transfer, sawBlockZero: true }, actions: [] }
      : unchanged(transfer);
  }
  if (isFirstAgain(transfer, packet, ahead)) {
    const doubted: Transfer = { ...transfer, sawFirstAgain: true };
    return acknowledge({ ...doubted, gapAcked: true }, now);
  }
  if (ahead === 1) return receiveInOrder(transfer, payload, now);
  if (ahead === 0) return repeatAck(transfer, now);
  if (showsRollover(transfer, packet)) {
    // What came before was not due then, and proves nothing.
    const settled: Transfer = {
      ...transfer,
      ...{ rollover: 1, sawFirstAgain: false },
    };
    return block === 1
      ? receiveInOrder(settled, payload, now)
      : acknowledge({ ...settled, gapAcked: true }, now);
  }
  const farthest = terms.windowsize > 1 ? terms.windowsize : LOCK_STEP_AHEAD;
  if (ahead > 1 && ahead <= farthest && !transfer.gapAcked) {
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
  const { announcedBytes, maxBytes } = terms;
  const bytes = transfer.bytes + payload.length;
  if (bytes > maxBytes) {
    const message = `file too large - limit is ${maxBytes} bytes`;
    const why: Failure = { kind: "too-large", maxBytes };
    return abort(transfer, ErrorCode.DISK_FULL, message, why, now);
  }
  const { NOT_DEFINED } = ErrorCode;
  const isLast = payload.length < terms.blksize;
  // If the roll-over was guessed wrong, there is a block too few or too many.
  const isGuess = transfer.rollover !== terms.rollover;
  const isWrong = announcedBytes !== undefined &&
    (isGuess ? bytes !== announcedBytes : bytes < announcedBytes);
  if (isLast && isWrong) {
    // The old file of this name is worth more than a part of the new one.
    const message = `incomplete: ${bytes} of ${announcedBytes} bytes`;
    const why: Failure = { kind: "incomplete", bytes, announcedBytes };
    return abort({ ...transfer, bytes }, NOT_DEFINED, message, why, now);
  }
  const received: Transfer = {
    ...transfer,
    phase: "receiving",
    block: transfer.block + 1,
    bytes,
    firstSum: transfer.block === 0 ? sumOf(payload) : transfer.firstSum,
    ...{ gapAcked: false, sawFirstAgain: false, repeats: 0 },
    roundTrip: timeRoundTrip(transfer, now),
    progressAt: now,
  };
  const write: readonly Action[] = payload.length > 0
    ? [{ kind: "write", payload }]
    : [];
  if (isLast) {
    const { transfer: acked, actions } = acknowledge(received, now);
    const dallying: Transfer = {
      ...acked,
      phase: "dallying",
      // No timer repeats the last ACK: all answers are to be had for it.
      squareAt: now,
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
 * Answers the repetition of the last block acknowledged at once, for the client
 * waits for it; but not for ever, for an old sender answers every ACK with a
 * block, and two of each would go round until the end of the file (RFC 1123
 * 4.2.3.1). So a few answers are free, and one more for every three round trips.
 * Before the first block there is nothing to acknowledge.
 */
function repeatAck(transfer: Transfer, now: number): Step {
  const { block, acked, roundTrip } = transfer;
  if (block === 0 || block !== acked) return unchanged(transfer);
  const everyMs = Math.max(MIN_ANSWER_MS, 3 * (roundTrip?.meanMs ?? 0));
  const squareAt = Math.max(transfer.squareAt, now) + everyMs;
  return squareAt - now <= MAX_ANSWERS * everyMs
    ? repeatReply({ ...transfer, squareAt }, now)
    : unchanged(transfer);
}
