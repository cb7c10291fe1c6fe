/**
 * What is settled between the client, the protocol and the operator before the
 * first block.
 *
 * @module
 */

import type { Accepted } from "./request.ts";
import type { Rollover } from "./rollover.ts";

/** What was settled before the first block. */
export interface TransferTerms {
  /** Payload bytes of every block but the last, 8 to 65464. */
  readonly blksize: number;
  /** Blocks between two ACKs, 1 to 65535. */
  readonly windowsize: number;
  /** The wait before the first repetition of an answer, at most. */
  readonly timeoutMs: number;
  /**
   * The same, at least: between the two it follows the peer's round trips. A
   * client that asked for a timeout gets just that (RFC 2349).
   */
  readonly minTimeoutMs: number;
  /** The size of the file, bytes, where the client announced it for sure. */
  readonly announcedBytes: number | undefined;
  /** The block number behind 65535, if it was settled. */
  readonly rollover: Rollover | undefined;
  /** The longest wait for the next block before giving up. */
  readonly idleMs: number;
  /** The longest time an upload may take in all. */
  readonly durationMs: number;
  /** The largest file; infinite for no limit. */
  readonly maxBytes: number;
}

/** How much of a client's time and bytes the operator grants. */
export interface TransferLimits
  extends Pick<TransferTerms, "durationMs" | "maxBytes"> {
  /**
   * The longest wait for the next block. `undefined` for a minute, or more for a
   * client that asked for a long timeout.
   */
  readonly idleMs: number | undefined;
}

/** The shortest timeout: below, timers and schedulers blur what is late. */
const MIN_TIMEOUT_MS = 30;
/**
 * The same in lock-step, where an ACK repeated in vain costs a whole block and
 * its answer. busybox repeats its block after 100 ms, and had better be first:
 * it does not wait for its last ACK once the one before came twice.
 */
const MIN_LOCK_STEP_TIMEOUT_MS = 200;
/** How long a client may be silent: devices that read slow flash pause. */
export const DEFAULT_IDLE_MS = 60_000;
/**
 * So many of the timeouts that a client asked for come on top: curl asks for six
 * seconds and sends its first block again after 72.
 */
const IDLE_TIMEOUTS = 3;

/** Settles the terms of a transfer. */
export function settleTerms(
  accepted: Pick<Accepted, "mode" | "terms">,
  { idleMs, durationMs, maxBytes }: TransferLimits,
): TransferTerms {
  const { blksize, windowsize, timeoutMs, rollover } = accepted.terms;
  const isAsked = accepted.terms.accepted
    .some(({ name }) => name.toLowerCase() === "timeout");
  const minTimeoutMs = isAsked
    ? timeoutMs
    : windowsize > 1
    ? MIN_TIMEOUT_MS
    : MIN_LOCK_STEP_TIMEOUT_MS;
  return {
    ...{ blksize, windowsize, timeoutMs, minTimeoutMs },
    ...{ announcedBytes: announcedBytes(accepted), rollover },
    idleMs: idleMs ??
      DEFAULT_IDLE_MS + (isAsked ? IDLE_TIMEOUTS * timeoutMs : 0),
    ...{ durationMs, maxBytes },
  };
}

/**
 * The size of the file, where the client announced it for sure: as text it is
 * another one on the wire, and 0 is what clients say that do not know it.
 *
 * @returns Bytes.
 */
export function announcedBytes(
  { mode, terms: { tsize } }: Pick<Accepted, "mode" | "terms">,
): number | undefined {
  return mode === "octet" && tsize !== 0 ? tsize : undefined;
}
