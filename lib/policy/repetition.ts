/**
 * What one more request from a client's port means to the latest upload from
 * there: the same upload again, an old datagram, or a new upload.
 *
 * @module
 */

import { isSameBytes } from "../protocol/bytes.ts";
import type { Seat } from "./seats.ts";

/**
 * A request that comes again this soon after its upload was saved is an old
 * repetition; later, the client means a new upload. Likewise one that another
 * request took the place of, as long as no block came. Milliseconds.
 */
export const STALE_REQUEST_MS = 3_000;

/** How often it is told how far an upload is, milliseconds. */
export const PROGRESS_MS = 1_000;
/** A client that begins anew is not kept waiting for longer by its own timeout. */
export const MAX_TIMEOUT_MS = 8_000;

/** The latest upload from a port, as far as it matters. */
export type Latest = Pick<
  Seat,
  | "request"
  | "superseded"
  | "phase"
  | "isOpen"
  | "endedAt"
  | "progressAt"
  | "accepted"
>;

/**
 * - `repeat`: this very upload, whose answer got lost or is late.
 * - `outdated`: a duplicate of the request whose place this upload took, held
 *   back by the network; it must not take the place back.
 * - `saved`: the upload, saved some time ago, or once more.
 * - `untimely`: another upload, while the blocks of this one come. Somebody else
 *   has guessed the port; a client that really begins anew sends no more blocks,
 *   and will ask again.
 * - `new`: another upload.
 */
export type Meaning = "repeat" | "outdated" | "saved" | "untimely" | "new";

/** Says what a request means to the latest upload from the same port. */
export function meaningOf(
  request: Uint8Array,
  latest: Latest,
  now: number,
): Meaning {
  const { phase, endedAt, isOpen, progressAt } = latest;
  const isUnderWay = phase === "opening" || phase === "receiving";
  if (isSameBytes(request, latest.request)) {
    if (isUnderWay) return "repeat";
    if (phase === "failed") return "new";
    return now - endedAt < STALE_REQUEST_MS ? "repeat" : "saved";
  }
  if (isUnderWay && isSameBytes(request, latest.superseded)) {
    // No network holds a datagram back for so long: it was this upload's request
    // that did come late, and the client waits for the other one.
    const isForgotten = phase === "opening" && isOpen &&
      now - progressAt >= STALE_REQUEST_MS;
    return isForgotten ? "new" : "outdated";
  }
  return phase === "receiving" && isLively(latest, now) ? "untimely" : "new";
}

/** Whether a block came within the client's last timeout, as far as is known. */
function isLively(
  { accepted: { terms: { timeoutMs } }, progressAt }: Latest,
  now: number,
): boolean {
  return now - progressAt < Math.min(timeoutMs, MAX_TIMEOUT_MS) + PROGRESS_MS;
}
