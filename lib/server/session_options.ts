/**
 * What a session is made from.
 *
 * @module
 */

import type { Negotiated } from "../protocol/options.ts";
import type { Accepted } from "../protocol/request.ts";
import type { TransferTerms } from "../protocol/transfer_state.ts";
import type { Peer, Report } from "../report/event.ts";
import type { Upload } from "../storage/upload.ts";
import { MIN_TIMEOUT_MS } from "./config.ts";
import type { Session } from "./session.ts";

/** What a session is made from. */
export interface SessionOptions {
  /** The client. */
  readonly peer: Peer;
  /** The bytes of its request, to know a repetition by. */
  readonly request: Uint8Array;
  /** The bytes of the request this one took the place of, if there was one. */
  readonly superseded: Uint8Array | undefined;
  /** What was made of the request. */
  readonly accepted: Accepted;
  /** How much of a client's time and bytes is taken. */
  readonly limits: {
    readonly idleMs: number;
    readonly durationMs: number;
    readonly maxBytes: number;
  };
  /** A socket for this upload alone; closed at its end. */
  readonly socket: Deno.DatagramConn;
  /** Where the bytes go. */
  readonly upload: Upload;
  /** Where events go. */
  readonly report: Report;
  /** Whether a stranger at this address may be sent an ERROR. */
  readonly mayAnswer: (hostname: string) => boolean;
  /** Called when the session is to be ticked at a time, or earlier. */
  readonly onDeadline: (session: Session, at: number) => void;
  /** Called when the client has sent its first block, or has ended before. */
  readonly onProven: (session: Session) => void;
  /** Called when the upload has ended and only repetitions may follow. */
  readonly onEnded: (session: Session) => void;
  /** Called once when all is over. */
  readonly onClosed: (session: Session) => void;
}

/**
 * What is settled between the client, the protocol and the operator.
 *
 * @param options What the session is made from.
 */
export function termsOf(
  { accepted: { terms }, limits }: Pick<SessionOptions, "accepted" | "limits">,
): TransferTerms {
  const { blksize, windowsize, timeoutMs } = terms;
  const { idleMs, durationMs, maxBytes } = limits;
  const minTimeoutMs = leastTimeout(terms);
  return {
    ...{ blksize, windowsize, timeoutMs, minTimeoutMs },
    ...{ idleMs, durationMs, maxBytes },
  };
}

/**
 * In a window a repeated ACK tells the sender where to go on, and soon is good.
 * In lock-step it helps little, for the client has a timer of its own, and some
 * old clients answer every ACK with a block (RFC 1123 4.2.3.1). And who asks for
 * a timeout gets just that.
 */
function leastTimeout({ accepted, timeoutMs, windowsize }: Negotiated): number {
  const isAsked = accepted
    .some(({ name }) => name.toLowerCase() === "timeout");
  return windowsize > 1 && !isAsked ? MIN_TIMEOUT_MS : timeoutMs;
}
