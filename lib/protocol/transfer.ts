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
 * nothing. Blocks are counted absolutely and cut to 16 bits on the wire, so
 * there is no roll-over to remember and no limit to a file's size.
 *
 * @module
 */

import {
  type DataPacket,
  ErrorCode,
  type ErrorPacket,
  type Packet,
} from "./packet.ts";
import {
  type Action,
  type Failure,
  giveUpAt,
  idleAt,
  isUnderWay,
  lingerMs,
  MAX_ERROR_REPEATS,
  nextDeadline,
  type Reply,
  type RoundTrip,
  type Step,
  timeoutOf,
  type Transfer,
  type TransferTerms,
  withSample,
} from "./transfer_state.ts";

/**
 * Opens a transfer by answering its request.
 *
 * @param terms What was settled.
 * @param reply The OACK, or ACK 0.
 * @param now The present.
 */
export function open(terms: TransferTerms, reply: Reply, now: number): Step {
  const transfer: Transfer = {
    terms,
    phase: "opening",
    reply,
    repliedAt: now,
    block: 0,
    acked: 0,
    bytes: 0,
    sawBlockZero: false,
    gapAcked: false,
    repeats: 0,
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
 * @param transfer The transfer as it is.
 * @param packet A packet from the very address and port that asked.
 * @param now The present.
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
      // The client repeats its request: the answer got lost, or is late. Once
      // data has come the repetition is stale (Sorcerer's Apprentice).
      return transfer.phase === "opening" && !transfer.gapAcked
        ? repeatReply(transfer, now)
        : unchanged(transfer);
    case "rrq":
    case "ack": // Some clients answer an OACK with ACK 0.
    case "oack":
    case "malformed":
      return unchanged(transfer);
  }
}

/**
 * Does what the passing of time demands; nothing before the deadline.
 *
 * @param transfer The transfer as it is.
 * @param now The present.
 */
export function expire(transfer: Transfer, now: number): Step {
  if (now < transfer.deadline || transfer.phase === "closed") {
    return unchanged(transfer);
  }
  if (!isUnderWay(transfer)) return { transfer: close(transfer), actions: [] };
  const { phase, repeats } = transfer;
  if (now >= giveUpAt(transfer)) {
    const isSilent = now >= idleAt(transfer);
    const why: Failure = { kind: isSilent ? "silent" : "too-long" };
    // Not a word to a peer that never proved to be there.
    if (phase === "opening") return drop(transfer, why);
    const message = isSilent ? "timeout" : "transfer takes too long";
    return abort(transfer, ErrorCode.NOT_DEFINED, message, why, now);
  }
  const repeated: Transfer = { ...transfer, repeats: repeats + 1 };
  if (phase === "opening") return repeatReply(repeated, now);
  // The window starts anew behind the block acknowledged (RFC 7440 section 4).
  return acknowledge({ ...repeated, gapAcked: false }, now);
}

/**
 * Ends the transfer for a reason of the server's: storage failed, or it stops.
 * Once the file is saved there is nothing to fail any more.
 *
 * @param transfer The transfer as it is.
 * @param code The error code for the client.
 * @param message The text for the client and for the log.
 * @param now The present.
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
 *
 * @param transfer The transfer as it is.
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

function receiveData(
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
 * The first block behind an answer shows the round trip, unless the answer was
 * repeated: nobody knows then which one it follows (Karn's algorithm).
 */
function timeRoundTrip(
  { block, acked, repeats, gapAcked, repliedAt, roundTrip }: Transfer,
  now: number,
): RoundTrip | undefined {
  return block === acked && repeats === 0 && !gapAcked
    ? withSample(roundTrip, now - repliedAt)
    : roundTrip;
}

/** An ERROR is never answered (RFC 1350 section 7). */
function receiveError(
  transfer: Transfer,
  { code, message }: ErrorPacket,
): Step {
  return drop(transfer, { kind: "client-error", code, message });
}

/** Closes the transfer without a word to its peer. */
function drop(transfer: Transfer, why: Failure): Step {
  return {
    transfer: close(transfer),
    actions: isUnderWay(transfer) ? [{ kind: "discard", why }] : [],
  };
}

/** Acknowledges all blocks in order so far; the sender's window starts there. */
function acknowledge(transfer: Transfer, now: number): Step {
  const reply: Reply = { kind: "ack", block: transfer.block };
  const acked: Transfer = {
    ...transfer,
    reply,
    repliedAt: now,
    acked: transfer.block,
  };
  return {
    transfer: { ...acked, deadline: nextDeadline(acked, now) },
    actions: [{ kind: "send", packet: reply }],
  };
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

function repeatReply(transfer: Transfer, now: number): Step {
  const repeated: Transfer = { ...transfer, repliedAt: now };
  return {
    transfer: isUnderWay(repeated)
      ? { ...repeated, deadline: nextDeadline(repeated, now) }
      : repeated,
    actions: [{ kind: "send", packet: transfer.reply }],
  };
}

function isRepeatDue(transfer: Transfer, now: number): boolean {
  return now - transfer.repliedAt >= timeoutOf(transfer) / 2;
}

/** Ends the transfer with an ERROR, unless its fate is sealed already. */
function abort(
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

function close(transfer: Transfer): Transfer {
  return { ...transfer, phase: "closed", deadline: Infinity };
}

function unchanged(transfer: Transfer): Step {
  return { transfer, actions: [] };
}
