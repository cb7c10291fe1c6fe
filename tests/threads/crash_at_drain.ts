/**
 * A front with a mistake: it crashes when it is asked to take no more requests.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import "../../lib/front/worker.ts";
import type { FrontOrder } from "../../lib/front/message.ts";

self.addEventListener("message", ({ data }: MessageEvent<FrontOrder>) => {
  if (data.kind === "drain") throw new Error("Broken for a test");
});
