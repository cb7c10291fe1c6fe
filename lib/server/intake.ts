/**
 * The reading end of an upload's own socket.
 *
 * What was measured and did not help: several receives at once (they come back
 * in reverse order), keeping the event loop turning instead of sleeping (the
 * runtime then looks at its sockets less often), synchronous file calls.
 *
 * @module
 */

/** What an intake reads for. */
export interface IntakeOptions {
  /** The socket to read. */
  readonly socket: Deno.DatagramConn;
  /** How many bytes of a datagram are read; the rest is cut off. */
  readonly bytes: number;
  /** Takes in a datagram; the bytes are overwritten by the next one. */
  readonly take: (bytes: Uint8Array, from: Deno.NetAddr) => void;
  /**
   * What has to be waited for before the next datagram may be taken; never
   * rejects.
   */
  readonly busy: () => Promise<void> | undefined;
}

/**
 * Reads datagrams one by one, as long as the socket is open.
 *
 * @param options What from and what for.
 */
export function takeIn(options: IntakeOptions): void {
  new Intake(options).read();
}

class Intake {
  readonly #options: IntakeOptions;
  readonly #buffer: Uint8Array;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#buffer = new Uint8Array(options.bytes);
  }

  read(): void {
    this.#options.socket.receive(this.#buffer)
      .then(this.#onReceived, this.#onFailed);
  }

  // Made once: one packet in a hundred thousand a second is not the place to
  // make functions.
  readonly #onReceived = (received: [Uint8Array, Deno.Addr]): void => {
    if (this.#options.busy() === undefined) this.#take(received);
    else this.#whenIdle(() => this.#take(received));
  };

  readonly #onFailed = (error: unknown): void => {
    // On Windows, a peer whose port is gone; that proves nothing. Anything else
    // means that the socket is closed.
    if (error instanceof Deno.errors.ConnectionReset) this.read();
  };

  #take([bytes, from]: [Uint8Array, Deno.Addr]): void {
    if (from.transport === "udp") this.#options.take(bytes, from);
    if (this.#options.busy() === undefined) this.read();
    else this.#whenIdle(() => this.read());
  }

  /** Whoever else waits may make it busy again. */
  #whenIdle(next: () => void): void {
    const busy = this.#options.busy();
    if (busy === undefined) next();
    else busy.then(() => this.#whenIdle(next));
  }
}
