/**
 * The listening port. It is read by a thread that does nothing else: the
 * system's buffer holds some 250 requests, thousands may come at once, and each
 * one that is lost costs its client a whole timeout.
 *
 * @module
 */

import { permissionsForPort, sources } from "../sandbox/permissions.ts";
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
  readonly #worker: Worker;
  #closing: Promise<void> | undefined;

  private constructor(worker: Worker, hostname: string, port: number) {
    this.#worker = worker;
    this.hostname = hostname;
    this.port = port;
  }

  /**
   * Binds a port. What arrives is kept until {@linkcode listen} is called.
   *
   * @param hostname The local IP address.
   * @param port The port; 0 lets the system choose.
   * @throws {PortError} If it cannot be had.
   */
  static async open(hostname: string, port: number): Promise<ListeningPort> {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      type: "module",
      deno: { permissions: permissionsForPort(sources()) },
    });
    give(worker, { kind: "listen", hostname, port });
    const news = await nextOf(worker);
    if (news.kind === "listening") {
      return new ListeningPort(worker, news.hostname, news.port);
    }
    worker.terminate();
    throw news.kind === "failed"
      ? new PortError(news.name, news.message)
      : new Error(`Expected to be listening, got ${news.kind}`);
  }

  /** Begins to take in what arrives. */
  listen(onDatagram: OnDatagram): void {
    this.#worker.onmessage = ({ data }: MessageEvent<PortNews>) => {
      if (data.kind !== "arrived") return;
      // Asked for first, so that it is there when these have been looked into.
      give(this.#worker, { kind: "next" });
      for (const { bytes, from } of data.arrivals) onDatagram(bytes, from);
    };
    give(this.#worker, { kind: "next" });
  }

  /** Sends a datagram without waiting for it. */
  send(bytes: Uint8Array, to: Deno.NetAddr): void {
    give(this.#worker, { kind: "send", bytes, to });
  }

  /** Frees the port when all is sent; nothing is taken in any more. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    const closed = nextOf(this.#worker, "closed");
    give(this.#worker, { kind: "close" });
    await closed;
    this.#worker.terminate();
  }
}

function give(worker: Worker, order: PortOrder): void {
  worker.postMessage(order);
}

/** Waits for the thread's next word, or for its next one of a kind. */
async function nextOf(
  worker: Worker,
  kind?: PortNews["kind"],
): Promise<PortNews> {
  const { promise, resolve } = Promise.withResolvers<PortNews>();
  worker.onmessage = ({ data }: MessageEvent<PortNews>) => {
    if (kind === undefined || data.kind === kind) resolve(data);
  };
  return await promise;
}
