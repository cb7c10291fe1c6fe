/**
 * The thread that reads the listening port.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import type { PortNews, PortOrder } from "./message.ts";
import { Reader } from "./reader.ts";

let reader: Reader | undefined;

self.addEventListener("message", ({ data }: MessageEvent<PortOrder>) => {
  obey(data);
});

async function obey(order: PortOrder): Promise<void> {
  switch (order.kind) {
    case "listen":
      return listen(order.hostname, order.port);
    case "next":
      return reader?.next();
    case "send":
      return reader?.send(order.bytes, order.to);
    case "close":
      await reader?.close();
      return tell({ kind: "closed" });
  }
}

function listen(hostname: string, port: number): void {
  try {
    const socket = Deno.listenDatagram({ transport: "udp", hostname, port });
    const { hostname: host, port: chosen } = socket.addr as Deno.NetAddr;
    tell({ kind: "listening", hostname: host, port: chosen });
    reader = new Reader(socket, tell);
  } catch (error) {
    const { name, message } = error as Error;
    tell({ kind: "failed", name, message });
  }
}

function tell(news: PortNews): void {
  self.postMessage(news);
}
