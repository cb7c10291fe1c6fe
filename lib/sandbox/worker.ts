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
import { StopKey } from "../stop/key.ts";
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
      return await server?.drain();
    case "stop":
      return await server?.stop();
  }
}

async function start(
  { assignment, channel }: Extract<Order, { kind: "start" }>,
): Promise<void> {
  const { config, verbosity, stopKey } = assignment;
  try {
    const key = stopKey && await StopKey.from(stopKey);
    const report = textReport(verbosity, print);
    server = await Server.start(config, report, channel, key);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const { message, hint } = error;
    return answer({ kind: "failed", message, hint });
  }
  answer({ kind: "started" });
  await server.ended;
  answer({ kind: "stopped" });
}

function answer(message: Answer): void {
  self.postMessage(message);
}

function print(line: string): void {
  try {
    // deno-lint-ignore no-console -- the one way to the operator.
    console.error(line);
  } catch {
    // A log on a full disk is no reason to take no more files.
  }
}
