/**
 * The state of a file being sent as plain data, its limits, and when it has to
 * act next.
 *
 * @module
 */

import type { ErrorPacket, RequestPacket } from "./packet.ts";
import { expectedMs, type RoundTrip } from "./round_trip.ts";

/** What is asked for, and how much patience there is. */
export interface SendingTerms {
  /** The request, with all options that are wanted. */
  readonly request: RequestPacket;
  /** The wait before the first repetition, at most. */
  readonly timeoutMs: number;
  /** The same, at least: between the two it follows the server's round trips. */
  readonly minTimeoutMs: number;
  /** How long the server may owe an answer before it is given up. */
  readonly silenceMs: number;
  /** The longest time the whole may take. */
  readonly durationMs: number;
}

/** Why a file was not sent. */
export type SendingFailure =
  /** The request was never answered; or not with anything that answers it. */
  | { readonly kind: "no-answer"; readonly gotNonsense: boolean }
  /** The server fell silent; perhaps it has everything. */
  | { readonly kind: "silent"; readonly sentAll: boolean }
  | { readonly kind: "too-long" }
  /** The server sent an ERROR. */
  | {
    readonly kind: "refused";
    readonly code: number;
    readonly message: string;
  }
  /** The server granted what was not asked for. */
  | { readonly kind: "bad-grant"; readonly reason: string }
  /** Whoever sends gave up for a reason of their own. */
  | { readonly kind: "cancelled"; readonly message: string };

/** Something for the driver to do. */
export type SendingAction =
  /** Send the request to the server's listening port. */
  | { readonly kind: "ask"; readonly packet: RequestPacket }
  /**
   * Send blocks to the transfer identifier, both ends included; counted
   * absolutely. Blocks still waiting to be sent wait no longer, unless these
   * follow them.
   */
  | { readonly kind: "blocks"; readonly first: number; readonly last: number }
  /** Send an ERROR to a port of the server. */
  | {
    readonly kind: "tell";
    readonly packet: ErrorPacket;
    readonly port: number;
  };

/**
 * - `asking`: the request is sent and not yet answered.
 * - `sending`: blocks go out.
 * - `saved`: the last block was acknowledged.
 * - `failed`: it will not be; see `why`.
 */
export type SendingPhase = "asking" | "sending" | "saved" | "failed";

/** The state of a file being sent. */
export interface Sending {
  /** What is asked for, and how much patience there is. */
  readonly terms: SendingTerms;
  /** Where the file stands. */
  readonly phase: SendingPhase;
  /** The request as it was last sent: without options once they were refused. */
  readonly request: RequestPacket;
  /** The server's transfer identifier, once it has answered. */
  readonly port: number | undefined;
  /** Other ports that have been told that they are no part of this. */
  readonly strangers: readonly number[];
  /** Whether something came that no server answers to a request. */
  readonly gotNonsense: boolean;
  /** Payload bytes of every block but the last. */
  readonly blksize: number;
  /** Blocks that may be under way at once. */
  readonly windowsize: number;
  /** The blocks there are by now. */
  readonly ready: number;
  /** The number of the last block, once it is known. */
  readonly last: number | undefined;
  /** The last block acknowledged; 0 before the first. */
  readonly acked: number;
  /** The last block sent. */
  readonly sent: number;
  /** The last block that was sent more than once. */
  readonly resent: number;
  /** When blocks were last sent, new ones or others. */
  readonly sentAt: number;
  /** The quickest answer to any so far, milliseconds; 0 before the first. */
  readonly quickestMs: number;
  /** When what an answer is owed to was complete and first sent. */
  readonly askedAt: number;
  /** How often the timer has repeated it. */
  readonly repeats: number;
  /** The server's round trips so far; `undefined` before the first. */
  readonly roundTrip: RoundTrip | undefined;
  /** When the request was first sent. */
  readonly begunAt: number;
  /** When `expire` is due; infinite if never. */
  readonly deadline: number;
  /** Why it failed, if it did. */
  readonly why: SendingFailure | undefined;
}

/** A file being sent and what is to be done about it. */
export interface SendingStep {
  /** The state from now on. */
  readonly sending: Sending;
  /** To be performed in this order. */
  readonly actions: readonly SendingAction[];
}

/** The wait between repetitions doubles up to this (RFC 1123 4.2.3.2). */
const MAX_BACKOFF_MS = 8_000;

/**
 * Whether the server owes an answer: to the request, to a full window or to the
 * last block. Behind less than that it rightly waits for more.
 */
export function isAnswerDue(
  { phase, acked, sent, windowsize, last }: Sending,
): boolean {
  return phase === "asking" ||
    sent > acked && (sent === last || sent - acked >= windowsize);
}

/**
 * When to act next: the earliest of the next repetition and the limits to the
 * patience.
 */
export function nextSendingDeadline(sending: Sending, now: number): number {
  const { terms, repeats } = sending;
  const giveUp = giveUpSendingAt(sending);
  if (!isAnswerDue(sending)) return giveUp;
  const backoff = repeatAfterMs(sending) * 2 ** repeats;
  const limit = Math.max(MAX_BACKOFF_MS, terms.timeoutMs);
  return Math.min(now + Math.min(backoff, limit), giveUp);
}

/** When all is given up unless an answer comes. */
export function giveUpSendingAt(sending: Sending): number {
  const { terms, askedAt, begunAt } = sending;
  const end = begunAt + terms.durationMs;
  return isAnswerDue(sending) ? Math.min(askedAt + terms.silenceMs, end) : end;
}

/** The wait before the first repetition (RFC 1123 4.2.3.2). */
export function repeatAfterMs({ terms, roundTrip }: Sending): number {
  const { minTimeoutMs, timeoutMs } = terms;
  if (roundTrip === undefined) return timeoutMs;
  return Math.min(Math.max(expectedMs(roundTrip), minTimeoutMs), timeoutMs);
}
