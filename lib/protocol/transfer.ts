/**
 * One upload as a reducer over plain data. Four verbs, one result:
 *
 *     open, receive, expire, fail -> { transfer, actions }
 *
 * and two ways to end without a word, `supersede` and `evict`.
 *
 * The driver performs the actions strictly in the order given. If a `write` or
 * `commit` fails it drops the rest and calls {@linkcode fail} on the transfer as
 * it was before the step. That order is the promise of the program: the last
 * ACK stands behind `commit`, so a client that got it has its file saved. A
 * `send` that fails is merely a lost packet.
 *
 * Time is an argument in milliseconds of any steady clock. The only timer is
 * the transfer's `deadline`; calling {@linkcode expire} early or twice does
 * nothing. Blocks are counted absolutely and cut to 16 bits on the wire (see
 * `transfer_wrap.ts`), so there is no limit to a file's size.
 *
 * @module
 */

import { ErrorCode, type ErrorPacket, type Packet } from "./packet.ts";
import type { TransferTerms } from "./terms.ts";
import { receiveData } from "./transfer_data.ts";
import {
  type Failure,
  giveUpAt,
  idleAt,
  isAnswerUnderWay,
  isUnderWay,
  nextDeadline,
  type Reply,
  type Step,
  type Transfer,
} from "./transfer_state.ts";
import {
  abort,
  acknowledge,
  close,
  drop,
  repeatReply,
  unchanged,
} from "./transfer_step.ts";

/** The verbs as one value, for whoever drives a transfer; see `drive.ts`. */
export interface Machine {
  /** {@linkcode open}. */
  readonly open: typeof open;
  /** {@linkcode receive}. */
  readonly receive: typeof receive;
  /** {@linkcode expire}. */
  readonly expire: typeof expire;
  /** {@linkcode fail}. */
  readonly fail: typeof fail;
  /** {@linkcode supersede}. */
  readonly supersede: typeof supersede;
  /** {@linkcode evict}. */
  readonly evict: typeof evict;
}

/** The machine of this file. */
export const MACHINE: Machine = {
  open,
  receive,
  expire,
  fail,
  supersede,
  evict,
};

/** Opens a transfer by answering its request. */
export function open(terms: TransferTerms, reply: Reply, now: number): Step {
  const transfer: Transfer = {
    terms,
    phase: "opening",
    reply,
    repliedAt: now,
    askedAt: now,
    block: 0,
    acked: 0,
    bytes: 0,
    firstSum: undefined,
    sawBlockZero: false,
    rollover: terms.rollover,
    sawFirstAgain: false,
    gapAcked: false,
    repeats: 0,
    squareAt: now,
    roundTrip: undefined,
    openedAt: now,
    progressAt: now,
    deadline: 0,
  };
  return {
    transfer: { ...transfer, deadline: nextDeadline(transfer, now) },
    actions: [{ kind: "send", packet: reply }],
  };
}

/**
 * Takes in a packet of the peer.
 *
 * @param packet A packet from the very address and port that asked.
 */
export function receive(
  transfer: Transfer,
  packet: Packet,
  now: number,
): Step {
  switch (packet.kind) {
    case "data":
      return receiveData(transfer, packet, now);
    case "error":
      return receiveError(transfer, packet);
    case "wrq":
      return repeatRequest(transfer, now);
    case "rrq":
    case "ack": // Some clients answer an OACK with ACK 0.
    case "oack":
    case "malformed":
      return unchanged(transfer);
  }
}

/** Does what the passing of time demands; nothing before the deadline. */
export function expire(transfer: Transfer, now: number): Step {
  if (now < transfer.deadline || transfer.phase === "closed") {
    return unchanged(transfer);
  }
  if (!isUnderWay(transfer)) return { transfer: close(transfer), actions: [] };
  if (now >= giveUpAt(transfer)) {
    const isSilent = now >= idleAt(transfer);
    // In lock-step a client that begins with block 0 waits for its ACK for ever.
    const why: Failure = transfer.sawBlockZero
      ? { kind: "numbered-from-zero" }
      : { kind: isSilent ? "silent" : "too-long" };
    // Not a word to a peer that never proved to be there.
    if (transfer.phase === "opening") return drop(transfer, why);
    const message = isSilent ? "timeout" : "transfer takes too long";
    return abort(transfer, ErrorCode.NOT_DEFINED, message, why, now);
  }
  const repeats = transfer.repeats + 1;
  // The window starts anew behind the block acknowledged (RFC 7440 section 4).
  return acknowledge({ ...transfer, repeats, gapAcked: false }, now);
}

/**
 * Ends the transfer for a reason of the server's: storage failed, or it stops.
 * Once the file is saved there is nothing to fail any more.
 *
 * @param code The error code for the client.
 * @param message The text for the client and for the log.
 */
export function fail(
  transfer: Transfer,
  code: number,
  message: string,
  now: number,
): Step {
  return abort(transfer, code, message, { kind: "server", message }, now);
}

/**
 * Ends the transfer because its client asks for another one from the same port.
 * Without a word: the client would take an ERROR for the answer to its request.
 */
export function supersede(transfer: Transfer): Step {
  return drop(transfer, { kind: "superseded" });
}

/**
 * Ends the transfer because the server is full and another one is worth more.
 * Without a word: the peer may be the victim of a forged address.
 *
 * @param transfer A transfer that has ended or whose peer sent no block.
 */
export function evict(transfer: Transfer): Step {
  return drop(transfer, { kind: "evicted" });
}

/**
 * The client repeats its request: the answer got lost, or is late. Once data has
 * come the repetition is stale (Sorcerer's Apprentice).
 */
function repeatRequest(transfer: Transfer, now: number): Step {
  const { phase, gapAcked } = transfer;
  return phase === "opening" && !gapAcked && !isAnswerUnderWay(transfer, now)
    ? repeatReply(transfer, now)
    : unchanged(transfer);
}

/** An ERROR is never answered (RFC 1350 section 7). */
function receiveError(
  transfer: Transfer,
  { code, message }: ErrorPacket,
): Step {
  return drop(transfer, { kind: "client-error", code, message });
}
