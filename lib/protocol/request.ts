/**
 * What to make of the first datagram of a peer, the one that reaches the
 * listening port: accept it as an upload, refuse it with an ERROR, or ignore it.
 *
 * @module
 */

import {
  negotiate,
  type Negotiated,
  type NegotiationLimits,
} from "./options.ts";
import {
  type AckPacket,
  ErrorCode,
  type ErrorPacket,
  type OackPacket,
  Opcode,
  type Option,
  type Packet,
  type RequestPacket,
} from "./packet.ts";

/** The transfer modes that can be received (RFC 1350 section 1). */
export type Mode = "octet" | "netascii";

/** In any case; some clients say it in words of their own. */
const MODES: ReadonlyMap<string, Mode> = new Map([
  ["octet", "octet"],
  ["binary", "octet"],
  ["netascii", "netascii"],
  ["ascii", "netascii"],
]);

/** A write request the protocol has no objection to. */
export interface Accepted {
  /** Discriminates {@linkcode Verdict}. */
  readonly kind: "accept";
  /** The name asked for; not yet checked. */
  readonly filename: string;
  /** How the client sends the file. */
  readonly mode: Mode;
  /** The options it asked for, as they came. */
  readonly asked: readonly Option[];
  /** What was settled. */
  readonly terms: Negotiated;
  /** What to answer: an OACK, or ACK 0 if there is no option to echo. */
  readonly reply: OackPacket | AckPacket;
}

/** A datagram to be answered with an ERROR. */
export interface Refused {
  /** Discriminates {@linkcode Verdict}. */
  readonly kind: "refuse";
  /** The answer. */
  readonly reply: ErrorPacket;
  /** The name asked for, if there was one. */
  readonly filename?: string;
}

/** A datagram that gets no answer. */
export interface Ignored {
  /** Discriminates {@linkcode Verdict}. */
  readonly kind: "ignore";
  /** Why, for the log. */
  readonly reason: string;
}

/** The three things that can become of a first datagram. */
export type Verdict = Accepted | Refused | Ignored;

/**
 * Classifies the first datagram of a peer.
 *
 * Only requests are ever answered. Whatever else reaches the listening port is
 * late, lost or forged, and an answer to it could start a loop of two servers
 * (CVE-2024-2169) or hit the victim of a forged address.
 *
 * @param packet The decoded datagram.
 * @param limits What the negotiation may grant.
 */
export function classify(packet: Packet, limits: NegotiationLimits): Verdict {
  switch (packet.kind) {
    case "wrq":
      return classifyWrite(packet, limits);
    case "rrq":
      return refuse(
        ErrorCode.ACCESS_VIOLATION,
        "read request not supported - write requests only",
        packet.filename,
      );
    case "malformed":
      return isRequest(packet.opcode)
        ? refuse(ErrorCode.ILLEGAL_OPERATION, "malformed request")
        : { kind: "ignore", reason: packet.reason };
    case "data":
    case "ack":
    case "error":
    case "oack":
      return { kind: "ignore", reason: "no request" };
  }
}

function classifyWrite(
  { filename, mode, options }: RequestPacket,
  limits: NegotiationLimits,
): Verdict {
  const known = MODES.get(mode.toLowerCase());
  if (known === undefined) {
    return refuse(
      ErrorCode.ILLEGAL_OPERATION,
      "transfer mode not supported - octet and netascii only",
      filename,
    );
  }
  const terms = negotiate(options, limits);
  return {
    kind: "accept",
    filename,
    mode: known,
    asked: options,
    terms,
    // An OACK without options is not a thing (RFC 2347): plain ACK 0 instead.
    reply: terms.accepted.length > 0
      ? { kind: "oack", options: terms.accepted }
      : { kind: "ack", block: 0 },
  };
}

function isRequest(opcode: number | undefined): boolean {
  return opcode === Opcode.RRQ || opcode === Opcode.WRQ;
}

function refuse(code: number, message: string, filename?: string): Refused {
  const reply: ErrorPacket = { kind: "error", code, message };
  return filename === undefined
    ? { kind: "refuse", reply }
    : { kind: "refuse", reply, filename };
}
