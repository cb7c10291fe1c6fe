/**
 * What is decided about, by what, and what comes of it.
 *
 * @module
 */

import type { ErrorPacket, Packet } from "../protocol/packet.ts";
import type { AccessRules } from "./access.ts";
import type { Peer } from "./address.ts";
import type { AdmissionLimits } from "./admission.ts";
import type { NameRules } from "./filename.ts";
import type { NegotiationRules } from "./grant.ts";
import type { Learned } from "./learned.ts";
import type { Seat, Seats } from "./seats.ts";
import type { Strangers } from "./strangers.ts";

/** What the operator wants. */
export interface Rules extends AccessRules, AdmissionLimits, NameRules {
  /** What may be granted. */
  readonly negotiation: NegotiationRules;
  /** The most memory for buffers, bytes. */
  readonly maxBufferBytes: number;
  /** Whether uploads share the listening ports. */
  readonly isSinglePort: boolean;
}

/** A datagram at a listening port. */
export interface Arrival {
  /** Who sent it. */
  readonly from: Peer;
  /** The local address that it came to. */
  readonly to: string;
  /** The datagram. */
  readonly bytes: Uint8Array;
  /** What it holds. */
  readonly packet: Packet;
}

/** How things stand when it is decided about. */
export interface Standing {
  /** Who is here; updated by the decision. */
  readonly seats: Seats;
  /** How many transfer threads there are. */
  readonly threads: number;
  /** Bytes that may still be written; `undefined` if nobody knows. */
  readonly freeBytes: number | undefined;
  /** Memory that buffers take up, bytes. */
  readonly bufferBytes: number;
  /** Whether there is nowhere to store anything. */
  readonly isAway: boolean;
  /** Which networks are known. */
  readonly strangers: Strangers;
  /** Whose large blocks did not get through; updated by the decision. */
  readonly learned: Learned;
  /** The present, milliseconds of any steady clock. */
  readonly now: number;
}

/** What a datagram leads to. */
export type Decision =
  /** Nothing; `deny`, for its sender is not served. */
  | { readonly kind: "ignore" | "deny"; readonly reason: string }
  /** An ERROR, if one may be sent. */
  | {
    readonly kind: "refuse";
    readonly reply: ErrorPacket;
    readonly filename: string | undefined;
    /** What the operator is told. */
    readonly reason: string;
    /** Whether the end of another upload may change it. */
    readonly isForWantOfRoom: boolean;
  }
  /** The answer of an upload under way, once more. */
  | { readonly kind: "repeat"; readonly seat: Seat }
  /** A new upload, for which another one may have to go. */
  | {
    readonly kind: "admit";
    readonly seat: Seat;
    readonly evicted: Seat | undefined;
  };

/**
 * Refuses a request.
 *
 * @param reason What the operator is told, if not the same as the client.
 */
export function refuse(
  reply: ErrorPacket,
  filename: string | undefined,
  reason = reply.message,
): Extract<Decision, { kind: "refuse" }> {
  return { kind: "refuse", reply, filename, reason, isForWantOfRoom: false };
}
