/**
 * What the main thread is told by the one other thread of a server whose uploads
 * share the listening ports.
 *
 * @module
 */

import type { FrontNews } from "../front/message.ts";
import type { TransferNews } from "../transfer/message.ts";

/** From that thread; if it cannot store anything, it crashes. */
export type SinglePortNews =
  | FrontNews
  | Extract<TransferNews, { kind: "ready" }>;
