/**
 * Whether one more upload may begin, and who gives way to it.
 *
 * @module
 */

import { ErrorCode, type ErrorPacket } from "../protocol/packet.ts";

/** How much is let in. */
export interface AdmissionLimits {
  /** Uploads at once in all. */
  readonly maxTransfers: number;
  /** Uploads at once of one address. */
  readonly maxPerClient: number;
  /** The largest file, bytes; infinite for none. */
  readonly maxBytes: number;
}

/** How full it is. */
export interface Occupancy {
  /** Sockets in use: uploads under way and those that only dally. */
  readonly sockets: number;
  /** Of these, uploads that ended. */
  readonly ended: number;
  /** Of these, requests whose client has not sent a block. */
  readonly halfOpen: number;
  /** Uploads under way of the client that asks. */
  readonly ofClient: number;
  /** Bytes that may still be written; `undefined` if nobody knows. */
  readonly freeBytes: number | undefined;
}

/** What becomes of a request. */
export type Admission =
  | {
    readonly kind: "admit";
    /** Whose oldest gives up its socket for it. */
    readonly evict: "ended" | "half-open" | undefined;
  }
  | { readonly kind: "refuse"; readonly reply: ErrorPacket };

/**
 * Decides about a request.
 *
 * A server that is full lets go of what is worth least: first uploads that
 * ended and only wait to repeat their last ACK, then requests without data,
 * the oldest first. In a flood of requests from forged addresses real clients
 * send their first block long before their turn comes.
 *
 * @param tsize The announced size; `undefined` if there is none.
 * @param occupancy How full it is.
 * @param limits How much is let in.
 */
export function admit(
  tsize: number | undefined,
  occupancy: Occupancy,
  limits: AdmissionLimits,
): Admission {
  const { DISK_FULL, NOT_DEFINED } = ErrorCode;
  if (tsize !== undefined && tsize > limits.maxBytes) {
    const message = `file too large - need ${tsize}, have ${limits.maxBytes}`;
    return refuse(DISK_FULL, message);
  }
  const free = occupancy.freeBytes;
  if (free !== undefined && tsize !== undefined && tsize > Math.max(0, free)) {
    return refuse(DISK_FULL, noSpace(tsize, Math.max(0, free)));
  }
  if (free !== undefined && free <= 0) {
    return refuse(DISK_FULL, "disk full on server");
  }
  if (occupancy.ofClient >= limits.maxPerClient) {
    return refuse(NOT_DEFINED, "too many uploads at once - try again later");
  }
  if (occupancy.sockets < limits.maxTransfers) {
    return { kind: "admit", evict: undefined };
  }
  if (occupancy.ended > 0) return { kind: "admit", evict: "ended" };
  if (occupancy.halfOpen > 0) return { kind: "admit", evict: "half-open" };
  return refuse(NOT_DEFINED, "server is busy - try again later");
}

function noSpace(need: number, have: number): string {
  return `not enough disk space - need ${need}, have ${have}`;
}

function refuse(code: number, message: string): Admission {
  return { kind: "refuse", reply: { kind: "error", code, message } };
}
