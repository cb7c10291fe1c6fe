/**
 * The thread of the front. It may use the network and nothing else.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { Desk } from "./desk.ts";
import type { FrontOrder } from "./message.ts";

let desk: Promise<Desk> | undefined;

self.addEventListener("message", async ({ data }: MessageEvent<FrontOrder>) => {
  if (data.kind !== "start") return (await desk)?.obey(data);
  desk = Desk.open(data.assignment, (news) => self.postMessage(news));
});
