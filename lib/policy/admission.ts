/**
 * Whether one more upload may begin, and who gives way to it.
 *
 * @module
 */

import { ErrorCode, type ErrorPacket } from "../protocol/packet.ts";

/** What a client is told whom a full server has no room for. */
export const BUSY = "server is busy - try again later";

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
  /** Seats taken: uploads under way and those that only dally. */
  readonly taken: number;
  /** Of these, uploads that ended. */
  readonly ended: number;
  /** Of these, requests whose client has not sent a block. */
  readonly halfOpen: number;
  /** Of those, the ones of strangers. */
  readonly strangers: number;
  /** Of the requests without data, the ones of the network that asks. */
  readonly ofNetwork: number;
  /** Uploads of the client that asks that have sent a block. */
  readonly proven: number;
  /** Its requests that have not. */
  readonly unproven: number;
  /** Bytes that may still be written; `undefined` if nobody knows. */
  readonly freeBytes: number | undefined;
  /** Of these, those that others have announced. */
  readonly reservedBytes: number;
}

/**
 * Whose oldest gives up its socket: that of the same client or network, a
 * stranger's, an upload that has ended, or a request without data of anybody.
 */
export type Giver = "client" | "network" | "stranger" | "ended" | "half-open";

/** What becomes of a request. */
export type Admission =
  | {
    readonly kind: "admit";
    /** Who gives way for it, if somebody has to. */
    readonly evict: Giver | undefined;
  }
  | {
    readonly kind: "refuse";
    readonly reply: ErrorPacket;
    /** Why, for the operator: the limit, its flag, and what is free. */
    readonly reason: string;
    /** Whether the end of another upload may change it. */
    readonly isForWantOfRoom: boolean;
  };

/**
 * Requests without data in all: 16 kB each. In a flood their clients have that
 * many requests' time to send a first block.
 */
export const MAX_HALF_OPEN = 3_000;

/**
 * Decides about a request.
 *
 * What is worth least gives way: uploads that ended and only wait to repeat
 * their last ACK, then requests without data, of those that are too many the
 * oldest. A request costs nothing and its sender may be forged, so only
 * uploads that have sent a block keep others out.
 *
 * @param tsize The announced size; `undefined` if there is none.
 */
export function admit(
  tsize: number | undefined,
  occupancy: Occupancy,
  limits: AdmissionLimits,
): Admission {
  const { maxBytes, maxPerClient, maxTransfers } = limits;
  if (tsize !== undefined && tsize > maxBytes) {
    return full(
      `file too large - ${tsize} bytes, limit ${maxBytes}`,
      `${tsize} bytes, but --max-size is ${maxBytes}`,
    );
  }
  const { freeBytes = Infinity, reservedBytes } = occupancy;
  // Whoever announces nothing, or 0 for that, is not refused for mere words.
  const free = Math.max(0, tsize ? freeBytes - reservedBytes : freeBytes);
  if (tsize !== undefined && tsize > free) {
    return full(
      `not enough disk space - need ${tsize}, have ${free}`,
      `${tsize} bytes, but ${free} free above --min-free and other uploads`,
    );
  }
  if (free === 0) {
    const reason = "disk full: 0 bytes free above --min-free";
    return full("disk full on server", reason);
  }
  const { ended, halfOpen, proven, taken } = occupancy;
  if (proven >= maxPerClient) {
    return noRoom(
      "too many uploads at once - try again later",
      `${proven} uploads of this client, but --max-per-client is ${maxPerClient}`,
    );
  }
  if (taken >= maxTransfers && ended + halfOpen === 0) {
    return noRoom(
      BUSY,
      // That many, or as many as there are descriptors for.
      `${maxTransfers} uploads are under way; see --max-transfers and "ulimit -n"`,
    );
  }
  return { kind: "admit", evict: giverOf(occupancy, limits) };
}

function giverOf(
  { ended, halfOpen, ofNetwork, proven, strangers, taken, unproven }: Occupancy,
  { maxPerClient, maxTransfers }: AdmissionLimits,
): Giver | undefined {
  if (proven + unproven >= maxPerClient) return "client";
  const isFull = taken >= maxTransfers;
  if (!isFull && halfOpen < MAX_HALF_OPEN) return undefined;
  if (isFull && ended > 0) return "ended";
  // A network that has most requests without data is in its own way and not in
  // that of others, and so are strangers.
  if (2 * ofNetwork > halfOpen) return "network";
  return 2 * strangers >= halfOpen ? "stranger" : "half-open";
}

function full(message: string, reason: string): Admission {
  const code = ErrorCode.DISK_FULL;
  const reply: ErrorPacket = { kind: "error", code, message };
  return { kind: "refuse", reply, reason, isForWantOfRoom: false };
}

function noRoom(message: string, reason: string): Admission {
  const code = ErrorCode.NOT_DEFINED;
  const reply: ErrorPacket = { kind: "error", code, message };
  return { kind: "refuse", reply, reason, isForWantOfRoom: true };
}
