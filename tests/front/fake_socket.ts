/**
 * A socket whose datagrams a test hands in.
 *
 * @module
 */

import type { Socket } from "../../lib/socket.ts";

/** Who sends all of them. */
export const CLIENT: Deno.NetAddr = {
  transport: "udp",
  hostname: "192.0.2.1",
  port: 1234,
};

/** A socket that only receives. */
export class FakeSocket implements Socket {
  isClosed = false;
  /** How often it was read. */
  reads = 0;
  /** Whether there is always one more datagram, until it is closed. */
  isEndless = false;
  readonly #arrived: (Uint8Array | Error)[] = [];
  #waiting: (() => void) | undefined;

  /** Hands in datagrams, or errors. */
  arrive(...datagrams: (Uint8Array | Error)[]): void {
    this.#arrived.push(...datagrams);
    this.#waiting?.();
  }

  async receive(buffer: Uint8Array): Promise<[Uint8Array, Deno.Addr]> {
    this.reads++;
    while (true) {
      if (this.isClosed) throw new Deno.errors.Interrupted("closed");
      const next = this.#arrived.shift() ??
        (this.isEndless ? Uint8Array.of(0) : undefined);
      if (next instanceof Error) throw next;
      if (next !== undefined) {
        const length = Math.min(next.length, buffer.length);
        buffer.set(next.subarray(0, length));
        return [buffer.subarray(0, length), CLIENT];
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting = resolve;
      await promise;
    }
  }

  send(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(bytes.length);
  }

  close(): void {
    this.isClosed = true;
    this.#waiting?.();
  }
}
