/**
 * What the main thread and a transfer thread say to each other.
 *
 * @module
 */

import type { ServerConfig } from "../config.ts";
import type { DirectoryPlan } from "../storage/directory.ts";

/** To a transfer thread, once. */
export interface TransferAssignment {
  /** What the server is to do. */
  readonly config: ServerConfig;
  /** Where uploads are stored. */
  readonly directory: DirectoryPlan;
  /** The memory of `lib/shared.ts`. */
  readonly shared: SharedArrayBuffer;
  /** The way to the front. */
  readonly channel: MessagePort;
}

/** From a transfer thread, once. */
export type TransferNews =
  | { readonly kind: "ready" }
  /** The directory cannot be used; `name` is that of the error. */
  | {
    readonly kind: "failed";
    readonly name: string;
    readonly message: string;
  };
