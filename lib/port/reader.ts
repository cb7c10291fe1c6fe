/**
 * Reads the listening port and keeps what arrives until it is asked for.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { MAX_REQUEST_BYTES } from "../protocol/packet.ts";
import type { Arrival, PortNews } from "./message.ts";

/**
 * What is told at once. Looking into so many requests takes some milliseconds;
 * then uploads get their turn. Fewer would be slower than a flood comes.
 */
const MAX_BATCH = 256;
/** With so many waiting, the end of a burst is no longer waited for. */
const MAX_PATIENT_BACKLOG = 1_024;
/**
 * What is kept: the first request of as many clients as are served at once.
 * What comes on top of that is a flood, or comes again.
 */
export const MAX_BACKLOG = 10_000;

/** The reading end of the listening port. */
export class Reader {
  readonly #socket: Deno.DatagramConn;
  readonly #tell: (news: PortNews) => void;
  /** One byte more than the longest request, so that a longer one shows. */
  readonly #buffer = new Uint8Array(MAX_REQUEST_BYTES + 1);
  #backlog: Arrival[] = [];
  #isAwaited = false;
  #isClosed = false;
  #looksForPause = false;
  /** Whether something arrived since a pause was last looked for. */
  #isBusy = false;
  #sending: Promise<unknown> = Promise.resolve();
  /** Resolves when nothing is read any more; only then the port is free. */
  readonly #ended = Promise.withResolvers<void>();

  /**
   * Begins to read.
   *
   * @param socket The socket; the reader closes it.
   * @param tell Told what has arrived, once for every call of `next`.
   */
  constructor(socket: Deno.DatagramConn, tell: (news: PortNews) => void) {
    this.#socket = socket;
    this.#tell = tell;
    this.#read();
  }

  /** Tells what has arrived, or will tell what arrives next. */
  next(): void {
    this.#isAwaited = true;
    if (this.#backlog.length > 0) this.#tellInPause();
  }

  /** Sends a datagram; one that cannot be sent is a lost one. */
  send(bytes: Uint8Array, to: Deno.NetAddr): void {
    this.#sending = this.#socket.send(bytes, to).catch(() => {});
  }

  /** Closes the socket when all is sent; what was not asked for is dropped. */
  async close(): Promise<void> {
    await this.#sending;
    this.#isClosed = true;
    this.#socket.close();
    await this.#ended.promise;
  }

  #read(): void {
    this.#socket.receive(this.#buffer).then(
      ([bytes, from]) => {
        if (from.transport === "udp") this.#keep(bytes.slice(), from);
        this.#read();
      },
      (error) => {
        // On Windows, a client whose port is gone.
        if (error instanceof Deno.errors.ConnectionReset) return this.#read();
        // A server that is deaf must not live on: the thread crashes.
        if (!this.#isClosed) throw error;
        this.#ended.resolve();
      },
    );
  }

  #keep(bytes: Uint8Array, from: Deno.NetAddr): void {
    if (this.#backlog.length >= MAX_BACKLOG) return;
    this.#isBusy = true;
    this.#backlog.push({ bytes, from });
    if (this.#isAwaited) this.#tellInPause();
  }

  /**
   * A burst is read to its end first: a server woken in its midst would compete
   * for the processor until the system's buffer overflows.
   */
  #tellInPause(): void {
    if (this.#looksForPause) return;
    this.#looksForPause = true;
    this.#isBusy = false;
    setImmediate(() => {
      this.#looksForPause = false;
      const isPatient = this.#backlog.length < MAX_PATIENT_BACKLOG;
      if (this.#isBusy && isPatient) return this.#tellInPause();
      this.#isAwaited = false;
      const arrivals = this.#backlog.splice(0, MAX_BATCH);
      this.#tell({ kind: "arrived", arrivals });
    });
  }
}
