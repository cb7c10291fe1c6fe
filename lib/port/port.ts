/**
 * The listening port. It is read by a thread that does nothing else: the
 * system's buffer holds some 250 requests, thousands may come at once, and each
 * one that is lost costs its client a whole timeout.
 *
 * @module
 */

import type { PortNews, PortOrder } from "./message.ts";

/** Takes in a datagram; the bytes are its own. */
export type OnDatagram = (bytes: Uint8Array, from: Deno.NetAddr) => void;

/** A port that cannot be listened on; `name` is that of Deno's error. */
export class PortError extends Error {
  /** Makes an error from what the thread met with. */
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** A UDP port for first datagrams. */
export class ListeningPort {
  /** The local address in use. */
  readonly hostname: string;
  /** The port in use. */
  readonly port: number;
  readonly #channel: MessagePort;
  #closing: Promise<void> | undefined;

  private constructor(channel: MessagePort, hostname: string, port: number) {
    this.#channel = channel;
    this.hostname = hostname;
    this.port = port;
  }

  /**
   * Binds a port. What arrives is kept until {@linkcode listen} is called.
   *
   * @param channel The way to the thread that is to read it.
   * @param hostname The local IP address.
   * @param port The port; 0 lets the system choose.
   * @throws {PortError} If it cannot be had.
   */
  static async open(
    channel: MessagePort,
    hostname: string,
    port: number,
  ): Promise<ListeningPort> {
    give(channel, { kind: "listen", hostname, port });
    const news = await nextOf(channel, ["listening", "failed"]);
    if (news.kind === "listening") {
      return new ListeningPort(channel, news.hostname, news.port);
    }
    throw news.kind === "failed"
      ? new PortError(news.name, news.message)
      : new Error(`Expected to be listening, got ${news.kind}`);
  }

  /** Begins to take in what arrives. */
  listen(onDatagram: OnDatagram): void {
    this.#channel.onmessage = ({ data }: MessageEvent<PortNews>) => {
      if (data.kind !== "arrived") return;
      // Asked for first, so that it is there when these have been looked into.
      give(this.#channel, { kind: "next" });
      for (const { bytes, from } of data.arrivals) onDatagram(bytes, from);
    };
    give(this.#channel, { kind: "next" });
  }

  /** Sends a datagram without waiting for it. */
  send(bytes: Uint8Array, to: Deno.NetAddr): void {
    give(this.#channel, { kind: "send", bytes, to });
  }

  /**
   * Frees the port when all is sent; nothing is taken in any more. Closes the
   * channel too.
   */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    give(this.#channel, { kind: "close" });
    await nextOf(this.#channel, ["closed"]);
    this.#channel.close();
  }
}

function give(channel: MessagePort, order: PortOrder): void {
  channel.postMessage(order);
}

/** Waits for the thread's next word of one of these kinds. */
async function nextOf(
  channel: MessagePort,
  kinds: readonly PortNews["kind"][],
): Promise<PortNews> {
  const { promise, resolve } = Promise.withResolvers<PortNews>();
  channel.onmessage = ({ data }: MessageEvent<PortNews>) => {
    if (kinds.includes(data.kind)) resolve(data);
  };
  return await promise;
}
