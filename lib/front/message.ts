/**
 * What the main thread and the front's say to each other.
 *
 * @module
 */

import type { ServerConfig } from "../config.ts";
import type { Waiting } from "../policy/expected.ts";
import type { Event } from "../report/event.ts";
import type { ListenFailure } from "./doors.ts";

/** What the front is to be. */
export interface FrontAssignment {
  /** What the server is to do. */
  readonly config: ServerConfig;
  /** The addresses to listen on. */
  readonly listenOn: readonly string[];
  /** Where it can be reached, if it listens on all addresses. */
  readonly addresses: readonly string[];
  /** The most transfer threads there may be. */
  readonly maxThreads: number;
  /** The memory of `lib/shared.ts`. */
  readonly shared: SharedArrayBuffer;
  /** The way to the first transfer thread. */
  readonly channel: MessagePort;
  /** The key that stops the server from afar, if it may be. */
  readonly stopKey: Uint8Array<ArrayBuffer> | undefined;
  /** What is waited for, if it is anything. */
  readonly waiting: Waiting | undefined;
}

/** To the front. */
export type FrontOrder =
  /** The first one, once. */
  | { readonly kind: "start"; readonly assignment: FrontAssignment }
  /** The way to one more transfer thread. */
  | { readonly kind: "thread"; readonly channel: MessagePort }
  /** Something to be told. */
  | { readonly kind: "tell"; readonly event: Event }
  /** This machine has other addresses now: listen on these. */
  | { readonly kind: "addresses"; readonly listenOn: readonly string[] }
  /** The upload directory is gone, or it is back. */
  | {
    readonly kind: "directory";
    readonly path: string;
    readonly isThere: boolean;
  }
  /** The file of receipts was moved away: go on in a new one. */
  | { readonly kind: "reopen" }
  /** Say how things stand, in Prometheus' words. */
  | { readonly kind: "measure" }
  /** Take no more requests, let running uploads end. */
  | { readonly kind: "drain" }
  /** End at once. */
  | { readonly kind: "stop" }
  /** The directory is left in order: say goodbye. */
  | { readonly kind: "close" };

/** From the front. */
export type FrontNews =
  | { readonly kind: "listening" }
  /** A port cannot be had. */
  | { readonly kind: "failed" } & ListenFailure
  /** One more transfer thread would have work. */
  | { readonly kind: "want-thread" }
  /** No more requests are taken and all uploads have ended. */
  | { readonly kind: "ended" }
  /** How things stand, in Prometheus' words, and what is wrong, if anything. */
  | {
    readonly kind: "measured";
    readonly text: string;
    readonly trouble: string | undefined;
  }
  /** All is over; and whether all has come that was waited for. */
  | { readonly kind: "closed"; readonly isComplete: boolean };
