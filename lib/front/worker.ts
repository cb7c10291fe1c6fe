/**
 * The thread of the front desk. It may use the network and nothing else.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { Channel } from "../channel.ts";
import { Desk } from "./desk.ts";
import type { FrontOrder } from "./message.ts";

const desk = new Desk(
  ({ assignment, front, clock }) =>
    front.addThread(new Channel(assignment.channel, clock)),
  (news) => self.postMessage(news),
);

self.addEventListener("message", ({ data }: MessageEvent<FrontOrder>) => {
  desk.obey(data);
});
