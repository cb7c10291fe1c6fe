/**
 * The steps that an upload's life is made of.
 *
 * @module
 */

import type { ErrorPacket } from "./packet.ts";
import { wireNumber } from "./rollover.ts";
import {
  type Failure,
  isUnderWay,
  lingerMs,
  nextDeadline,
  type Reply,
  type Step,
  timeoutOf,
  type Transfer,
} from "./transfer_state.ts";

/**
 * Closes the transfer without a word to its peer.
 *
 * @param why Why its file is not complete, if it is not.
 */
export function drop(transfer: Transfer, why: Failure): Step {
  return {
    transfer: close(transfer),
    actions: isUnderWay(transfer) ? [{ kind: "discard", why }] : [],
  };
}

/**
 * Acknowledges all blocks in order so far; the sender's window starts there.
 */
export function acknowledge(transfer: Transfer, now: number): Step {
  const { block, rollover } = transfer;
  const reply: Reply = { kind: "ack", block: wireNumber(block, rollover ?? 0) };
  const acked: Transfer = {
    ...transfer,
    reply,
    repliedAt: now,
    askedAt: block === transfer.acked ? transfer.askedAt : now,
    acked: block,
  };
  return {
    transfer: { ...acked, deadline: nextDeadline(acked, now) },
    actions: [{ kind: "send", packet: reply }],
  };
}

/** Sends the last answer again. */
export function repeatReply(transfer: Transfer, now: number): Step {
  const repeated: Transfer = { ...transfer, repliedAt: now };
  return {
    transfer: isUnderWay(repeated)
      ? { ...repeated, deadline: nextDeadline(repeated, now) }
      : repeated,
    actions: [{ kind: "send", packet: transfer.reply }],
  };
}

/**
 * Whether the last answer is old enough to be sent again because the peer
 * repeats itself.
 */
export function isRepeatDue(transfer: Transfer, now: number): boolean {
  return now - transfer.repliedAt >= timeoutOf(transfer) / 2;
}

/** Ends the transfer with an ERROR, unless its fate is sealed already. */
export function abort(
  transfer: Transfer,
  code: number,
  message: string,
  why: Failure,
  now: number,
): Step {
  if (!isUnderWay(transfer)) return unchanged(transfer);
  const reply: ErrorPacket = { kind: "error", code, message };
  return {
    transfer: {
      ...transfer,
      phase: "failed",
      reply,
      repliedAt: now,
      repeats: 0,
      deadline: now + lingerMs(transfer.terms),
    },
    actions: [{ kind: "send", packet: reply }, { kind: "discard", why }],
  };
}

/** Has the socket go. */
export function close(transfer: Transfer): Transfer {
  return { ...transfer, phase: "closed", deadline: Infinity };
}

/** Does nothing. */
export function unchanged(transfer: Transfer): Step {
  return { transfer, actions: [] };
}
