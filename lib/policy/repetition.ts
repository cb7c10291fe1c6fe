/**
 * What one more request from a client's port means to the latest upload from
 * there: the same upload again, an old datagram, or a new upload.
 *
 * @module
 */

import { isSameBytes } from "../protocol/bytes.ts";

/**
 * A request that comes again this soon after its upload was saved is an old
 * repetition; later, the client means a new upload. Milliseconds.
 */
export const STALE_REQUEST_MS = 3_000;

/** How often it is told how far an upload is, milliseconds. */
export const PROGRESS_MS = 1_000;
/** A client that begins anew is not kept waiting for longer by its own timeout. */
export const MAX_TIMEOUT_MS = 8_000;

/** The latest upload from a port. */
export interface Latest {
  /** The bytes of its request. */
  readonly request: Uint8Array;
  /** The bytes of the request it took the place of, if there was one. */
  readonly superseded: Uint8Array | undefined;
  /** How far it is. */
  readonly phase: "opening" | "receiving" | "saved" | "failed";
  /** How long ago it ended, milliseconds; of no meaning before. */
  readonly sinceEndMs: number;
  /** How long ago it was told that its blocks come, milliseconds. */
  readonly sinceProgressMs: number;
  /** When its client repeats a block that is not answered, milliseconds. */
  readonly timeoutMs: number;
}

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

/**
 * Says what a request means.
 *
 * @param latest The latest upload from the same port.
 */
export function meaningOf(
  request: Uint8Array,
  latest: Latest,
): Meaning {
  const { request: known, superseded, phase, sinceEndMs } = latest;
  if (isSameBytes(request, known)) {
    switch (phase) {
      case "opening":
      case "receiving":
        return "repeat";
      case "saved":
        return sinceEndMs < STALE_REQUEST_MS ? "repeat" : "saved";
      case "failed":
        return "new";
    }
  }
  const isUnderWay = phase === "opening" || phase === "receiving";
  if (isUnderWay && isSameBytes(request, superseded)) return "outdated";
  return phase === "receiving" && isLively(latest) ? "untimely" : "new";
}

/** Whether a block came within the client's last timeout, as far as is known. */
function isLively({ sinceProgressMs, timeoutMs }: Latest): boolean {
  return sinceProgressMs < Math.min(timeoutMs, MAX_TIMEOUT_MS) + PROGRESS_MS;
}
