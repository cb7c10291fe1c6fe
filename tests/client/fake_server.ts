/**
 * A server that answers what a test has written down, whatever it is sent.
 *
 * @module
 */

import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import type { MalformedPacket, Packet } from "../../lib/protocol/packet.ts";

/** Answers each datagram as it is told to. */
export class FakeServer implements Disposable {
  /** What it received. */
  readonly received: Packet[] = [];
  readonly #asked = Promise.withResolvers<void>();
  readonly #socket = Deno.listenDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 0,
  });

  /** Answers with these packets one by one, then not at all; or with any bytes. */
  constructor(
    answers:
      | readonly Exclude<Packet, MalformedPacket>[]
      | ((bytes: Uint8Array) => Promise<Uint8Array | undefined>),
  ) {
    const left = typeof answers === "function" ? [] : [...answers];
    this.#serve(
      typeof answers === "function" ? answers : () => {
        const next = left.shift();
        return Promise.resolve(next && encodePacket(next));
      },
    );
  }

  get port(): number {
    return (this.#socket.addr as Deno.NetAddr).port;
  }

  /** Resolves when it has received something. */
  get asked(): Promise<void> {
    return this.#asked.promise;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  async #serve(
    answerTo: (bytes: Uint8Array) => Promise<Uint8Array | undefined>,
  ): Promise<void> {
    for await (const [bytes, from] of this.#socket) {
      this.received.push(decodePacket(bytes));
      this.#asked.resolve();
      const answer = await answerTo(bytes);
      if (answer !== undefined) await this.#socket.send(answer, from);
    }
  }
}
