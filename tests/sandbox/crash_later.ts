/**
 * A server that starts and crashes at the next order.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import type { Order } from "../../lib/sandbox/message.ts";

self.addEventListener("message", async ({ data }: MessageEvent<Order>) => {
  if (data.kind === "start") return self.postMessage({ kind: "started" });
  await Promise.resolve();
  throw new Error("Broken for a test");
});
