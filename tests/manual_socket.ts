/**
 * A socket whose datagrams a test hands in, and sees, at the very moment.
 *
 * @module
 */

import { decodePacket } from "../lib/protocol/codec.ts";
import type { Packet } from "../lib/protocol/packet.ts";
import type { Socket } from "../lib/socket.ts";
import type { ManualClock } from "./manual_clock.ts";
import { Later } from "./simulation/later.ts";

type Received = [Uint8Array, Deno.Addr];

/** A socket of the server. */
export class ManualSocket implements Socket {
  isClosed = false;
  /** What was sent and not taken yet. */
  #sent: Packet[] = [];
  readonly #clock: ManualClock;
  readonly #arrived: Received[] = [];
  #receiving: { buffer: Uint8Array; result: Later<Received> } | undefined;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  receive(buffer: Uint8Array): Later<Received> {
    const result = new Later<Received>();
    this.#receiving = { buffer, result };
    // Never before the caller can wait for it.
    this.#clock.soon(() => this.#hand());
    return result;
  }

  send(bytes: Uint8Array): Later<number> {
    this.#sent.push(decodePacket(bytes.slice()));
    const result = new Later<number>();
    result.settle(() => bytes.length);
    return result;
  }

  close(): void {
    this.isClosed = true;
    this.#clock.soon(() => this.#hand());
  }

  /** Hands in a datagram; all that comes of it happens at once. */
  arrive(bytes: Uint8Array, hostname: string, port: number): void {
    this.#arrived.push([bytes, { transport: "udp", hostname, port }]);
    this.#hand();
    this.#clock.settle();
  }

  /** What was sent since this was last asked. */
  takeSent(): Packet[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  #hand(): void {
    if (this.#receiving === undefined) return;
    const { buffer, result } = this.#receiving;
    if (this.isClosed) {
      this.#receiving = undefined;
      return result.settle(() => {
        throw new Deno.errors.BadResource("closed");
      });
    }
    const next = this.#arrived.shift();
    if (next === undefined) return;
    this.#receiving = undefined;
    const [bytes, from] = next;
    const length = Math.min(bytes.length, buffer.length);
    buffer.set(bytes.subarray(0, length));
    result.settle(() => [buffer.subarray(0, length), from]);
  }
}
