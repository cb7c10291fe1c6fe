/**
 * The steps that the sending of a file is made of.
 *
 * @module
 */

import { ErrorCode, type ErrorPacket } from "./packet.ts";
import {
  nextSendingDeadline,
  type Sending,
  type SendingFailure,
  type SendingStep,
} from "./sending_state.ts";

/**
 * Asks, for the first time or again.
 *
 * @param sending The state as it is, in the phase `asking`.
 */
export function sendRequest(sending: Sending, now: number): SendingStep {
  return {
    sending: { ...sending, deadline: nextSendingDeadline(sending, now) },
    actions: [{ kind: "ask", packet: sending.request }],
  };
}

/**
 * Takes in an ERROR, which is never answered (RFC 1350 section 7).
 *
 * @param packet The ERROR.
 */
export function refuse(
  sending: Sending,
  { code, message }: ErrorPacket,
): SendingStep {
  return {
    sending: failed(sending, { kind: "refused", code, message }),
    actions: [],
  };
}

/**
 * Ends it, and tells the server once, if it has a transfer identifier.
 *
 * @param why Why.
 * @param message The text for the server.
 */
export function failWith(
  sending: Sending,
  why: SendingFailure,
  message: string,
): SendingStep {
  const { port } = sending;
  const code = ErrorCode.NOT_DEFINED;
  return {
    sending: failed(sending, why),
    actions: port === undefined
      ? []
      : [{ kind: "tell", packet: { kind: "error", code, message }, port }],
  };
}

/**
 * Ends it without a word.
 *
 * @param why Why.
 */
export function failed(sending: Sending, why: SendingFailure): Sending {
  return { ...sending, phase: "failed", why, deadline: Infinity };
}
