/**
 * A transfer thread. It may use the network and the upload directory, and
 * nothing else.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { Channel, type News, type Order } from "../channel.ts";
import { SystemClock } from "../clock.ts";
import { Shared } from "../shared.ts";
import type { TransferAssignment, TransferNews } from "./message.ts";
import { openRoom } from "./open_room.ts";

self.addEventListener(
  "message",
  ({ data }: MessageEvent<TransferAssignment>) => {
    start(data);
  },
  { once: true },
);

async function start(assignment: TransferAssignment): Promise<void> {
  const { config, directory, shared } = assignment;
  const clock = new SystemClock();
  const channel = new Channel<News, Order>(assignment.channel, clock);
  try {
    await openRoom({
      ...{ config, directory, channel, clock },
      shared: new Shared(shared),
    });
  } catch (error) {
    const { name, message } = error as Error;
    return tell({ kind: "failed", name, message });
  }
  tell({ kind: "ready" });
}

function tell(news: TransferNews): void {
  self.postMessage(news);
}
