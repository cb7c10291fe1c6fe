/**
 * The sandbox's inside: a server that obeys orders. All that touches a datagram
 * or a file of a client runs in here, with the rights of `permissions.ts`.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { textReport } from "../report/text.ts";
import { Server } from "../server/server.ts";
import { StartError } from "../server/start_error.ts";
import type { Answer, Order } from "./message.ts";

let server: Server | undefined;

self.addEventListener("message", (event: MessageEvent<Order>) => {
  obey(event.data);
});

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case "start":
      return await start(order);
    case "drain":
      await server?.drain();
      return answer({ kind: "stopped" });
    case "stop":
      await server?.stop();
      return answer({ kind: "stopped" });
  }
}

async function start(
  { config, verbosity }: Extract<Order, { kind: "start" }>,
): Promise<void> {
  try {
    server = await Server.start(config, textReport(verbosity, print));
    answer({ kind: "started" });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    answer({ kind: "failed", message: error.message, hint: error.hint });
  }
}

function answer(message: Answer): void {
  self.postMessage(message);
}

function print(line: string): void {
  // deno-lint-ignore no-console -- the one way to the operator.
  console.error(line);
}
