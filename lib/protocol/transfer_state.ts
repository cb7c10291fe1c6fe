/**
 * The state of an upload as plain data, its limits, and when it has to act next.
 *
 * @module
 */

import type { AckPacket, ErrorPacket, OackPacket } from "./packet.ts";
import type { Rollover } from "./rollover.ts";
import { expectedMs, type RoundTrip } from "./round_trip.ts";
import type { TransferTerms } from "./terms.ts";

/** Why an upload ended without a file. */
export type Failure =
  | { readonly kind: "silent" }
  | { readonly kind: "too-long" }
  | { readonly kind: "too-large"; readonly maxBytes: number }
  | { readonly kind: "numbered-from-zero" }
  | { readonly kind: "oversize-block"; readonly bytes: number }
  /** Block 1 came again and was another one. */
  | { readonly kind: "two-first-blocks" }
  /** Block 0 came from a client whose numbers go on at 1. */
  | { readonly kind: "two-rollovers" }
  /** The file ended before the size that was announced. */
  | {
    readonly kind: "incomplete";
    readonly bytes: number;
    readonly announcedBytes: number;
  }
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
 *   may be forged, so it is sent nothing that it does not ask for.
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
  /** A checksum of block 1's payload; `undefined` before it came. */
  readonly firstSum: number | undefined;
  /** Whether a block 0 with payload came where block 1 was due. */
  readonly sawBlockZero: boolean;
  /** The number behind 65535, as far as is known. */
  readonly rollover: Rollover | undefined;
  /** Whether a block like block 1 came where its number was due again. */
  readonly sawFirstAgain: boolean;
  /** Whether the gap behind `block` has been answered (RFC 7440 section 4). */
  readonly gapAcked: boolean;
  /** How often `reply` was repeated by the timer since the last progress. */
  readonly repeats: number;
  /** When the answers to repeated blocks so far are all made up for. */
  readonly squareAt: number;
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
 * Repetitions of an ACK (RFC 7440 section 6): about a minute with back-off.
 * After that the peer is only waited for, up to the idle limit.
 */
export const MAX_REPEATS = 10;
/** The wait between repetitions doubles up to this (RFC 1123 4.2.3.2). */
export const MAX_BACKOFF_MS = 8_000;
/**
 * In lock-step the answer is repeated once, and once more if that is still as
 * early as this. It tells a client all that it can be told.
 */
const EARLY_MS = 500;
/**
 * Then it is left to itself for so long, and twice as long after that: each
 * further answer makes tftp-hpa begin its own wait of five seconds anew.
 */
const LOCK_STEP_MS = 6_000;
/**
 * An answer this young may still be under way: a request that comes again was
 * doubled by the network rather than by its client, and a second OACK costs curl
 * a block. Milliseconds.
 */
const MAX_WAY_MS = 400;
/** No client repeats itself sooner; what waited in the kernel comes at once. */
const MIN_WAY_MS = 50;
/** How often a failed transfer answers further blocks with its ERROR. */
export const MAX_ERROR_REPEATS = 3;
/** The shortest dally: tftp-hpa and atftp repeat their last block after 5 s. */
export const MIN_DALLY_MS = 6_000;
/** A dally lasts this many timeouts, so that two ACKs in a row may be lost. */
const DALLY_TIMEOUTS = 3;

/**
 * Whether the upload's fate is still open: blocks may come, and it can fail.
 */
export function isUnderWay({ phase }: Transfer): boolean {
  return phase === "opening" || phase === "receiving";
}

/**
 * Whether the last answer may still be on its way to the peer, who does not wait
 * for it then.
 */
export function isAnswerUnderWay(
  { repliedAt, roundTrip }: Transfer,
  now: number,
): boolean {
  const wayMs = Math.max(roundTrip?.meanMs ?? Infinity, MIN_WAY_MS);
  return now - repliedAt < Math.min(wayMs, MAX_WAY_MS);
}

/**
 * When the transfer has to act: the earliest of the next repetition, the idle
 * limit and the limit to the whole.
 */
export function nextDeadline(transfer: Transfer, now: number): number {
  const { terms, phase, repeats, gapAcked } = transfer;
  const giveUp = giveUpAt(transfer);
  // The answer to a request is only repeated for a client that asks again. It
  // has a timer of its own, a forged address has not, and curl takes a second
  // OACK for leave to go on: it would never send its first block again.
  const isUnasked = phase === "opening" && !gapAcked;
  if (isUnasked || repeats >= MAX_REPEATS) return giveUp;
  const first = timeoutOf(transfer);
  const isAsked = terms.minTimeoutMs === terms.timeoutMs;
  const early = 2 * first <= EARLY_MS ? 2 : 1;
  const wait = terms.windowsize === 1 && !isAsked && repeats >= early
    ? LOCK_STEP_MS * 2 ** (repeats - early)
    : Math.min(
      first * 2 ** repeats,
      Math.max(MAX_BACKOFF_MS, terms.timeoutMs),
    );
  return Math.min(now + wait, giveUp);
}

/**
 * The wait before the first repetition: a lost ACK is repeated as soon as the
 * peer is later than it ever was, not after a second (RFC 1123 4.2.3.2).
 */
export function timeoutOf({ terms, roundTrip }: Transfer): number {
  const { minTimeoutMs, timeoutMs } = terms;
  if (roundTrip === undefined) return timeoutMs;
  return Math.min(Math.max(expectedMs(roundTrip), minTimeoutMs), timeoutMs);
}

/** When the transfer is given up unless a block comes. */
export function giveUpAt(transfer: Transfer): number {
  return Math.min(
    idleAt(transfer),
    transfer.openedAt + transfer.terms.durationMs,
  );
}

/** When the peer counts as silent. */
export function idleAt({ progressAt, terms }: Transfer): number {
  return progressAt + terms.idleMs;
}

/** How long a transfer that ended stays to answer repetitions. */
export function lingerMs({ timeoutMs }: TransferTerms): number {
  return Math.max(MIN_DALLY_MS, timeoutMs * DALLY_TIMEOUTS);
}
