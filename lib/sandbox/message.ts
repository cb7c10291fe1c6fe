/**
 * What the main thread and the server in its sandbox say to each other.
 *
 * @module
 */

import type { Verbosity } from "../report/text.ts";
import type { ServerConfig } from "../server/config.ts";

/** What a server is to be. */
export interface Assignment {
  /** What it is to do. */
  readonly config: ServerConfig;
  /** How much it tells. */
  readonly verbosity: Verbosity;
  /** The key that stops it from afar, if it may be. */
  readonly stopKey: Uint8Array<ArrayBuffer> | undefined;
}

/** From the main thread. */
export type Order =
  /** The first one, once; `channel` leads to the thread that reads the port. */
  | {
    readonly kind: "start";
    readonly assignment: Assignment;
    readonly channel: MessagePort;
  }
  /** Let running uploads end, take no new ones. */
  | { readonly kind: "drain" }
  /** End at once. */
  | { readonly kind: "stop" };

/** From the sandbox. */
export type Answer =
  | { readonly kind: "started" }
  /** The server cannot start; nothing was changed. */
  | {
    readonly kind: "failed";
    readonly message: string;
    readonly hint: string;
  }
  /** The server has ended in order. */
  | { readonly kind: "stopped" };
