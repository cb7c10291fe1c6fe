/**
 * What becomes of a request to send a file: it is granted, with options or
 * without; it is refused; or it has to be asked in another way.
 *
 * @module
 */

import { DEFAULT_BLKSIZE } from "./options.ts";
import {
  ErrorCode,
  type ErrorPacket,
  type OackPacket,
  type Packet,
  type RequestPacket,
} from "./packet.ts";
import { withSample } from "./round_trip.ts";
import { type Grant, readGrant } from "./sending_grant.ts";
import type { Sending, SendingStep } from "./sending_state.ts";
import { failed, refuse, sendRequest } from "./sending_step.ts";
import { sendNew } from "./sending_window.ts";

/**
 * Takes in what may be the first answer; its port becomes the transfer
 * identifier.
 *
 * @param sending The state as it is, in the phase `asking`.
 * @param packet A packet from the server's address.
 * @param port The port it came from.
 */
export function receiveFirst(
  sending: Sending,
  packet: Packet,
  port: number,
  now: number,
): SendingStep {
  const hasOptions = sending.request.options.length > 0;
  if (packet.kind === "error") {
    const isRefused = packet.code !== ErrorCode.OPTION_REFUSED ||
      sending.terms.request.options.length === 0;
    if (isRefused) return refuse(sending, packet);
    if (hasOptions) return askPlainly(sending, now);
    // Late: none are asked for any more.
  } else if (packet.kind === "ack" && packet.block === 0) {
    return begin(
      sending,
      port,
      { blksize: DEFAULT_BLKSIZE, windowsize: 1 },
      now,
    );
  } else if (packet.kind === "oack" && hasOptions) {
    return receiveOack(sending, packet, port, now);
  }
  return { sending: { ...sending, gotNonsense: true }, actions: [] };
}

/** RFC 2347: the request may be repeated without appending any options. */
function askPlainly(sending: Sending, now: number): SendingStep {
  const request: RequestPacket = { ...sending.request, options: [] };
  return sendRequest({ ...sending, request, askedAt: now, repeats: 0 }, now);
}

function receiveOack(
  sending: Sending,
  { options }: OackPacket,
  port: number,
  now: number,
): SendingStep {
  const grant = readGrant(sending.request.options, options);
  if (typeof grant !== "string") return begin(sending, port, grant, now);
  const packet: ErrorPacket = {
    kind: "error",
    code: ErrorCode.OPTION_REFUSED,
    message: grant,
  };
  return {
    sending: failed(sending, { kind: "bad-grant", reason: grant }),
    actions: [{ kind: "tell", packet, port }],
  };
}

function begin(
  sending: Sending,
  port: number,
  { blksize, windowsize }: Grant,
  now: number,
): SendingStep {
  const { repeats, askedAt } = sending;
  const begun: Sending = {
    ...sending,
    phase: "sending",
    port,
    blksize,
    windowsize,
    askedAt: now,
    repeats: 0,
    // Of a repeated request nobody knows which one was answered.
    roundTrip: repeats === 0 ? withSample(undefined, now - askedAt) : undefined,
  };
  return sendNew(begun, now);
}
