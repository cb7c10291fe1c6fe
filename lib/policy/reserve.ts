/**
 * What is counted about one client, and how much of the disk is kept for it.
 *
 * @module
 */

import type { Seat } from "./seats.ts";

/**
 * What is kept free for a client that announced a large file, beyond what it has
 * sent: an announcement costs nothing, and nobody shall fill the disk with words.
 */
export const RESERVED_STEP_BYTES = 64 * 1024 * 1024;
/** Announced by one upload; what is larger is no size, and sums stay exact. */
const MAX_AWAITED_BYTES = 2 ** 39;

/** What is counted about the seats of one address. */
export interface Client {
  /** Uploads under way that have sent a block. */
  proven: number;
  /** Those that have not, the oldest first. */
  readonly halfOpen: Set<Seat>;
  /** Bytes its proven uploads have announced and not yet sent. */
  awaitedBytes: number;
  /** Bytes these have sent. */
  receivedBytes: number;
}

/** Counts an upload that has sent a block, or counts it no more. */
export function countProven(
  client: Client,
  { accepted: { terms: { tsize } }, receivedBytes }: Seat,
  by: 1 | -1,
): void {
  client.proven += by;
  if (tsize === undefined) return;
  const awaited = Math.min(
    Math.max(0, tsize - receivedBytes),
    MAX_AWAITED_BYTES,
  );
  client.awaitedBytes += by * awaited;
  client.receivedBytes += by * receivedBytes;
}

/** Bytes of the disk that are kept free for a client. */
export function reservedFor(client: Client | undefined): number {
  return client === undefined ? 0 : Math.min(
    client.awaitedBytes,
    client.receivedBytes + RESERVED_STEP_BYTES,
  );
}
