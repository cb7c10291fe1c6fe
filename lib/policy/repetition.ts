/**
 * What one more request from a client's port means to the latest upload from
 * there: the same upload again, an old datagram, or a new upload.
 *
 * @module
 */

import { isSameBytes } from "../protocol/bytes.ts";
import type { Phase } from "../protocol/transfer_state.ts";

/**
 * A request that comes again this soon after its upload has ended is an old
 * repetition; later, the client means a new upload.
 */
export const STALE_REQUEST_MS = 3_000;

/** Where an upload comes from. */
export interface Origin {
  /** The bytes of its request. */
  readonly request: Uint8Array;
  /** The bytes of the request it took the place of, if there was one. */
  readonly superseded: Uint8Array | undefined;
}

/** How far an upload is. */
export interface Progress {
  /** Whether its file is neither saved nor given up. */
  readonly isUnderWay: boolean;
  /** Its transfer's phase. */
  readonly phase: Phase;
  /** How long ago its last answer was sent, milliseconds. */
  readonly sinceReplyMs: number;
}

/**
 * - `repeat`: this very upload, whose answer got lost or is late.
 * - `outdated`: a duplicate of the request whose place this upload took, held
 *   back by the network; it must not take the place back.
 * - `saved`: the upload, saved some time ago, or once more.
 * - `new`: another upload.
 */
export type Meaning = "repeat" | "outdated" | "saved" | "new";

/**
 * Says what a request means.
 *
 * @param request The bytes of the request.
 * @param origin Where the latest upload from the same port comes from.
 * @param progress How far that is.
 */
export function meaningOf(
  request: Uint8Array,
  origin: Origin,
  { isUnderWay, phase, sinceReplyMs }: Progress,
): Meaning {
  if (isSameBytes(request, origin.request)) {
    if (isUnderWay) return "repeat";
    if (phase !== "dallying") return "new";
    return sinceReplyMs < STALE_REQUEST_MS ? "repeat" : "saved";
  }
  return isUnderWay && isSameBytes(request, origin.superseded)
    ? "outdated"
    : "new";
}
