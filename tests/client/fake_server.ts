/**
 * A server that answers what a test has written down, whatever it is sent.
 *
 * @module
 */

import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import type { MalformedPacket, Packet } from "../../lib/protocol/packet.ts";

/** Answers the first datagrams, each with one packet; then it is silent. */
export class FakeServer implements Disposable {
  /** What it received. */
  readonly received: Packet[] = [];
  readonly #asked = Promise.withResolvers<void>();
  readonly #socket = Deno.listenDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 0,
  });

  constructor(answers: readonly Packet[]) {
    this.#serve(answers.filter((it) => it.kind !== "malformed"));
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
    answers: readonly Exclude<Packet, MalformedPacket>[],
  ): Promise<void> {
    const left = [...answers];
    for await (const [bytes, from] of this.#socket) {
      this.received.push(decodePacket(bytes));
      this.#asked.resolve();
      const answer = left.shift();
      if (answer !== undefined) {
        await this.#socket.send(encodePacket(answer), from);
      }
    }
  }
}
