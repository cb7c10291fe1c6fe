/**
 * A file being sent, as a reducer over plain data: the counterpart of
 * `transfer.ts`. Five verbs, one result:
 *
 *     ask, receive, supply, expire, cancel -> { sending, actions }
 *
 * The machine never sees the file. It counts blocks, absolutely; the driver says
 * how many there are by now ({@linkcode supplyBlocks}), keeps those that are not
 * acknowledged, and cuts their numbers to 16 bits on the wire.
 *
 * Time is an argument in milliseconds of any steady clock. The only timer is
 * the `deadline`; calling {@linkcode expireSending} early or twice does nothing.
 *
 * @module
 */

import { ErrorCode, type Packet } from "./packet.ts";
import { DEFAULT_BLKSIZE } from "./options.ts";
import { receiveFirst } from "./sending_first.ts";
import {
  giveUpSendingAt,
  isAnswerDue,
  type Sending,
  type SendingStep,
  type SendingTerms,
} from "./sending_state.ts";
import { failWith, refuse, sendRequest } from "./sending_step.ts";
import { goBack, receiveAck, sendNew } from "./sending_window.ts";

/** More ports than any server answers one request from; others hear nothing. */
const MAX_STRANGERS = 8;

/**
 * Asks to send a file.
 *
 * @param terms What is asked for, and how much patience there is.
 */
export function ask(terms: SendingTerms, now: number): SendingStep {
  return sendRequest({
    terms,
    phase: "asking",
    request: terms.request,
    port: undefined,
    strangers: [],
    gotNonsense: false,
    blksize: DEFAULT_BLKSIZE,
    windowsize: 1,
    ready: 0,
    last: undefined,
    acked: 0,
    sent: 0,
    resent: 0,
    sentAt: now,
    quickestMs: 0,
    askedAt: now,
    repeats: 0,
    roundTrip: undefined,
    begunAt: now,
    deadline: 0,
    why: undefined,
  }, now);
}

/**
 * Takes in a packet.
 *
 * @param packet A packet from the server's address.
 * @param port The port it came from.
 */
export function receiveAnswer(
  sending: Sending,
  packet: Packet,
  port: number,
  now: number,
): SendingStep {
  switch (sending.phase) {
    case "asking":
      return receiveFirst(sending, packet, port, now);
    case "sending":
      if (port !== sending.port) return tellStranger(sending, packet, port);
      if (packet.kind === "ack") return receiveAck(sending, packet.block, now);
      // An ERROR is never answered (RFC 1350 section 7). A second OACK answers
      // a repeated request; blocks have been sent since.
      return packet.kind === "error"
        ? refuse(sending, packet)
        : { sending, actions: [] };
    case "saved":
    case "failed":
      return { sending, actions: [] };
  }
}

/**
 * Takes note of blocks that have become ready, and sends those the window has
 * room for.
 *
 * @param sending The state as it is, not before the request was answered.
 * @param ready The blocks there are by now.
 * @param last The number of the last one, once it is known.
 */
export function supplyBlocks(
  sending: Sending,
  ready: number,
  last: number | undefined,
  now: number,
): SendingStep {
  const supplied = { ...sending, ready, last };
  return sending.phase === "sending"
    ? sendNew(supplied, now)
    : { sending: supplied, actions: [] };
}

/** Does what the passing of time demands; nothing before the deadline. */
export function expireSending(sending: Sending, now: number): SendingStep {
  const { phase, terms, askedAt, repeats } = sending;
  if (now < sending.deadline || phase === "saved" || phase === "failed") {
    return { sending, actions: [] };
  }
  if (now >= giveUpSendingAt(sending)) {
    const isSilent = isAnswerDue(sending) && now >= askedAt + terms.silenceMs;
    return giveUp(sending, isSilent);
  }
  const repeated = { ...sending, repeats: repeats + 1 };
  return phase === "asking"
    ? sendRequest(repeated, now)
    : goBack(repeated, now);
}

/**
 * Ends it for a reason of the sender's: it was interrupted, or the file cannot
 * be read. Once the file is saved there is nothing to end any more.
 *
 * @param message The text for the server.
 */
export function cancelSending(sending: Sending, message: string): SendingStep {
  const { phase } = sending;
  return phase === "saved" || phase === "failed"
    ? { sending, actions: [] }
    : failWith(sending, { kind: "cancelled", message }, message);
}

/** RFC 1350 section 4: told that it is wrong, while the transfer goes on. */
function tellStranger(
  sending: Sending,
  { kind }: Packet,
  port: number,
): SendingStep {
  const { strangers } = sending;
  const isTold = kind === "error" || strangers.includes(port) ||
    strangers.length >= MAX_STRANGERS;
  if (isTold) return { sending, actions: [] };
  const code = ErrorCode.UNKNOWN_TRANSFER_ID;
  const message = "unknown transfer identifier";
  return {
    sending: { ...sending, strangers: [...strangers, port] },
    actions: [{ kind: "tell", packet: { kind: "error", code, message }, port }],
  };
}

function giveUp(sending: Sending, isSilent: boolean): SendingStep {
  const { phase, gotNonsense, sent, last } = sending;
  if (!isSilent) {
    return failWith(sending, { kind: "too-long" }, "transfer takes too long");
  }
  return phase === "asking"
    ? failWith(sending, { kind: "no-answer", gotNonsense }, "timeout")
    : failWith(sending, { kind: "silent", sentAll: sent === last }, "timeout");
}
