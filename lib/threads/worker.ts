/**
 * The thread of a server whose uploads share the listening ports: no socket can
 * be in two threads, so the front desk and the uploads are in one. It may use
 * the network and the upload directory, and nothing else.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { Channel } from "../channel.ts";
import { Desk } from "../front/desk.ts";
import type { FrontOrder } from "../front/message.ts";
import type { TransferAssignment } from "../transfer/message.ts";
import { openRoom } from "../transfer/open_room.ts";
import type { SinglePortNews } from "./threads.ts";

/** What becomes of uploads; it comes before the first order. */
let room: TransferAssignment | undefined;
let desk: Promise<Desk> | undefined;

self.addEventListener(
  "message",
  async ({ data }: MessageEvent<FrontOrder | TransferAssignment>) => {
    if (!("kind" in data)) room = data;
    else if (data.kind !== "start") await (await desk)?.obey(data);
    else desk = Desk.open(data.assignment, tell, prepare);
  },
);

async function prepare(
  { clock, front: { lines }, shared }: Desk,
): Promise<void> {
  if (room === undefined || lines === undefined) {
    throw new Error("The thread is not told where to store uploads");
  }
  const { config, directory } = room;
  await openRoom({
    ...{ config, directory, shared, clock },
    channel: new Channel(room.channel, clock),
    openSocket: ({ to, peer }) => lines.open(to, peer),
  });
  tell({ kind: "ready" });
}

function tell(news: SinglePortNews): void {
  self.postMessage(news);
}
