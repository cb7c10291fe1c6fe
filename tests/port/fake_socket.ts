/**
 * A socket whose datagrams a test hands in.
 *
 * @module
 */

type Received = [Uint8Array<ArrayBuffer>, Deno.Addr];

export const CLIENT: Deno.NetAddr = {
  transport: "udp",
  hostname: "192.0.2.1",
  port: 1234,
};

/** Only what a reader needs of a socket. */
export class FakeSocket {
  readonly sent: Uint8Array[] = [];
  isClosed = false;
  /** Resolves when what was sent is out. */
  out: Promise<number> = Promise.resolve(0);
  readonly #arrived: (Uint8Array | Error)[] = [];
  #waiting: (() => void) | undefined;

  /** What a reader takes for a socket. */
  get asSocket(): Deno.DatagramConn {
    return this as unknown as Deno.DatagramConn;
  }

  /** Hands in a datagram, or an error. */
  arrive(...datagrams: (Uint8Array | Error)[]): void {
    this.#arrived.push(...datagrams);
    this.#waiting?.();
  }

  async receive(buffer: Uint8Array<ArrayBuffer>): Promise<Received> {
    while (true) {
      const next = this.#arrived.shift();
      if (next instanceof Error) throw next;
      if (this.isClosed) throw new Deno.errors.Interrupted("closed");
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

  async send(bytes: Uint8Array): Promise<number> {
    await this.out;
    this.sent.push(bytes);
    return bytes.length;
  }

  close(): void {
    this.isClosed = true;
    this.#waiting?.();
  }
}
