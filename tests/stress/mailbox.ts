/**
 * A UDP socket to wait at for a while, as a client does.
 *
 * @module
 */

/** A datagram and the port it came from. */
export interface Mail {
  readonly bytes: Uint8Array;
  readonly port: number;
}

const MAX_DATAGRAM_BYTES = 2_048;

/** A socket on the loopback interface. */
export class Mailbox {
  readonly #socket: Deno.DatagramConn;
  readonly #hostname: string;
  /** One and the same, as several complete in no order. */
  #receiving: Promise<Mail | "closed"> | undefined;
  #closed = false;

  /** Opens a socket on a port the system chooses. */
  constructor(hostname = "127.0.0.1") {
    this.#hostname = hostname;
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
  }

  /** Its own port. */
  get port(): number {
    return (this.#socket.addr as Deno.NetAddr).port;
  }

  /** Its own address. */
  get hostname(): string {
    return this.#hostname;
  }

  /** Sends a datagram; into a closed socket it is a lost one. */
  async send(bytes: Uint8Array, port: number): Promise<void> {
    if (this.#closed) return;
    const hostname = "127.0.0.1";
    try {
      await this.#socket.send(bytes, { transport: "udp", hostname, port });
    } catch (error) {
      if (!this.#closed) throw error;
    }
  }

  /**
   * Waits for a datagram.
   *
   * @param withinMs For how long.
   * @returns `undefined` if none came.
   */
  async next(withinMs: number): Promise<Mail | "closed" | undefined> {
    this.#receiving ??= this.#receive();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), withinMs);
    const mail = await Promise.race([this.#receiving, promise]);
    clearTimeout(timer);
    if (mail !== undefined) this.#receiving = undefined;
    return mail;
  }

  /** Closes the socket; whoever waits learns of it. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    await this.#receiving;
  }

  async #receive(): Promise<Mail | "closed"> {
    try {
      const buffer = new Uint8Array(MAX_DATAGRAM_BYTES);
      const [bytes, from] = await this.#socket.receive(buffer);
      return { bytes, port: from.transport === "udp" ? from.port : 0 };
    } catch {
      return "closed";
    }
  }
}
