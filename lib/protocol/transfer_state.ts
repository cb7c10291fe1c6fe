/**
 * The state of an upload as plain data, its limits, and when it has to act next.
 *
 * @module
 */

import type { AckPacket, ErrorPacket, OackPacket } from "./packet.ts";
import { expectedMs, type RoundTrip } from "./round_trip.ts";

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
  /** The longest wait for the next block before giving up. */
  readonly idleMs: number;
  /** The longest time an upload may take in all. */
  readonly durationMs: number;
  /** The largest file; infinite for no limit. */
  readonly maxBytes: number;
}

/** Why an upload ended without a file. */
export type Failure =
  | { readonly kind: "silent" }
  | { readonly kind: "too-long" }
  | { readonly kind: "too-large"; readonly maxBytes: number }
  | { readonly kind: "numbered-from-zero" }
  | { readonly kind: "oversize-block"; readonly bytes: number }
  | {
    readonly kind: "client-error";
    readonly code: number;
    readonly message: string;
  }
  | { readonly kind: "superseded" }
  | { readonly kind: "evicted" }
  | { readonly kind: "server"; readonly message: string };

/** Something for the driver to do. */
export type Action =
  | { readonly kind: "send"; readonly packet: Reply | ErrorPacket }
  /** Append the payload, a view valid until the next datagram is received. */
  | { readonly kind: "write"; readonly payload: Uint8Array }
  /** Make the file durable and publish it. */
  | { readonly kind: "commit" }
  /** Remove all that was written. */
  | { readonly kind: "discard"; readonly why: Failure };

/** What acknowledges a request or a block. */
export type Reply = AckPacket | OackPacket;

/**
 * - `opening`: the request is answered, no block has come; the peer's address
 *   may be forged, so it gets few repetitions.
 * - `receiving`: blocks come in.
 * - `dallying`: the file is saved; only lost last ACKs are repeated
 *   (RFC 1350 section 6).
 * - `failed`: nothing is left; further blocks get the ERROR again.
 * - `closed`: the socket can go.
 */
export type Phase = "opening" | "receiving" | "dallying" | "failed" | "closed";

/** The state of an upload. */
export interface Transfer {
  /** What was settled. */
  readonly terms: TransferTerms;
  /** Where the upload stands. */
  readonly phase: Phase;
  /** The last answer, to be repeated if it was lost. */
  readonly reply: Reply | ErrorPacket;
  /** When `reply` was last sent. */
  readonly repliedAt: number;
  /** When the peer was first asked for the block behind `acked`. */
  readonly askedAt: number;
  /** The last block received in order; 0 before the first. */
  readonly block: number;
  /** The last block acknowledged; where the sender's window begins. */
  readonly acked: number;
  /** Payload bytes received in order. */
  readonly bytes: number;
  /** Whether a block 0 with payload came where block 1 was due. */
  readonly sawBlockZero: boolean;
  /** Whether the gap behind `block` has been answered (RFC 7440 section 4). */
  readonly gapAcked: boolean;
  /** How often `reply` was repeated since the last progress. */
  readonly repeats: number;
  /** The peer's round trips so far; `undefined` before the first. */
  readonly roundTrip: RoundTrip | undefined;
  /** When the request was answered. */
  readonly openedAt: number;
  /** When the last block arrived in order. */
  readonly progressAt: number;
  /** When {@linkcode expire} is due; infinite if never. */
  readonly deadline: number;
}

/** A transfer and what is to be done about it. */
export interface Step {
  /** The transfer as it is from now on. */
  readonly transfer: Transfer;
  /** To be performed strictly in this order. */
  readonly actions: readonly Action[];
}

/**
 * Repetitions for a peer that has not sent a block yet. It may be the victim
 * of a forged address; a real client repeats its request by itself.
 */
export const MAX_OPENING_REPEATS = 2;
/**
 * Repetitions of an ACK (RFC 7440 section 6): about a minute with back-off.
 * After that the peer is only waited for, up to the idle limit.
 */
export const MAX_REPEATS = 10;
/** The wait between repetitions doubles up to this (RFC 1123 4.2.3.2). */
export const MAX_BACKOFF_MS = 8_000;
/** How often a failed transfer answers further blocks with its ERROR. */
export const MAX_ERROR_REPEATS = 3;
/** The shortest dally: a slow client repeats its last block within this. */
export const MIN_DALLY_MS = 5_000;
/** A dally lasts this many timeouts, so that two ACKs in a row may be lost. */
const DALLY_TIMEOUTS = 3;

/**
 * Whether the upload's fate is still open: blocks may come, and it can fail.
 *
 * @param transfer The transfer as it is.
 */
export function isUnderWay({ phase }: Transfer): boolean {
  return phase === "opening" || phase === "receiving";
}

/**
 * When the transfer has to act: the earliest of the next repetition, the idle
 * limit and the limit to the whole.
 *
 * @param transfer The transfer as it is.
 * @param now The present.
 */
export function nextDeadline(transfer: Transfer, now: number): number {
  const { terms, phase, repeats } = transfer;
  const giveUp = giveUpAt(transfer);
  const mostRepeats = phase === "opening" ? MAX_OPENING_REPEATS : MAX_REPEATS;
  if (repeats >= mostRepeats) return giveUp;
  const backoff = timeoutOf(transfer) * 2 ** repeats;
  const limit = Math.max(MAX_BACKOFF_MS, terms.timeoutMs);
  return Math.min(now + Math.min(backoff, limit), giveUp);
}

/**
 * The wait before the first repetition: a lost ACK is repeated as soon as the
 * peer is later than it ever was, not after a second (RFC 1123 4.2.3.2).
 *
 * @param transfer The transfer as it is.
 */
export function timeoutOf({ terms, roundTrip }: Transfer): number {
  const { minTimeoutMs, timeoutMs } = terms;
  if (roundTrip === undefined) return timeoutMs;
  return Math.min(Math.max(expectedMs(roundTrip), minTimeoutMs), timeoutMs);
}

/**
 * When the transfer is given up unless a block comes.
 *
 * @param transfer The transfer as it is.
 */
export function giveUpAt(transfer: Transfer): number {
  return Math.min(
    idleAt(transfer),
    transfer.openedAt + transfer.terms.durationMs,
  );
}

/**
 * When the peer counts as silent. One that asked for a long timeout may take
 * longer.
 *
 * @param transfer The transfer as it is.
 */
export function idleAt({ progressAt, terms }: Transfer): number {
  const { idleMs, timeoutMs } = terms;
  return progressAt + Math.max(idleMs, timeoutMs * DALLY_TIMEOUTS);
}

/**
 * How long a transfer that ended stays to answer repetitions.
 *
 * @param terms What was settled.
 */
export function lingerMs({ timeoutMs }: TransferTerms): number {
  return Math.max(MIN_DALLY_MS, timeoutMs * DALLY_TIMEOUTS);
}
