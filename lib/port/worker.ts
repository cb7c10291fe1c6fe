/**
 * The thread that reads the listening port.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import type { PortNews, PortOrder } from "./message.ts";
import { Reader } from "./reader.ts";

self.addEventListener(
  "message",
  ({ data }: MessageEvent<MessagePort>) => serve(data),
  { once: true },
);

function serve(channel: MessagePort): void {
  let reader: Reader | undefined;
  const tell = (news: PortNews): void => channel.postMessage(news);
  channel.onmessage = async ({ data }: MessageEvent<PortOrder>) => {
    switch (data.kind) {
      case "listen":
        reader = listen(data.hostname, data.port, tell);
        break;
      case "next":
        reader?.next();
        break;
      case "send":
        reader?.send(data.bytes, data.to);
        break;
      case "close":
        await reader?.close();
        tell({ kind: "closed" });
    }
  };
}

function listen(
  hostname: string,
  port: number,
  tell: (news: PortNews) => void,
): Reader | undefined {
  try {
    const socket = Deno.listenDatagram({ transport: "udp", hostname, port });
    const addr = socket.addr as Deno.NetAddr;
    tell({ kind: "listening", hostname: addr.hostname, port: addr.port });
    return new Reader(socket, tell);
  } catch (error) {
    const { name, message } = error as Error;
    tell({ kind: "failed", name, message });
    return undefined;
  }
}
