/**
 * Reads a listening port. The system's buffer holds some 250 requests, thousands
 * may come at once, and each one that is lost costs its client a whole timeout:
 * so a burst is read to its end before any of it is looked into.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { MAX_BLKSIZE } from "../protocol/options.ts";
import { DATA_HEADER_BYTES, MAX_REQUEST_BYTES } from "../protocol/packet.ts";
import type { Socket } from "../socket.ts";

/** A datagram and who sent it. */
export interface Received {
  /** The datagram, cut off behind the longest request. */
  readonly bytes: Uint8Array;
  /** The sender's address and port. */
  readonly from: Deno.NetAddr;
}

/**
 * What is looked into at once: some milliseconds of work; then the port gets its
 * turn again. Fewer would be slower than a flood comes.
 */
const SLICE = 256;
/** With so many waiting, the end of a burst is no longer waited for. */
const MAX_PATIENT_BACKLOG = 1_024;
/** After so many in a row others get their turn, in a flood without pauses. */
const MAX_READ_AT_ONCE = 512;
/**
 * What is kept: the first request of as many clients as are served at once.
 * What comes on top of that is a flood, or comes again.
 */
export const MAX_BACKLOG = 10_000;

/** One byte more than the longest request, so that a longer one shows. */
const KEPT_BYTES = MAX_REQUEST_BYTES + 1;
/** One more than the largest block, for the same reason. */
const MAX_DATA_BYTES = DATA_HEADER_BYTES + MAX_BLKSIZE + 1;

/** What a reader works with, and for whom. */
export interface ReaderOptions {
  /** The time. */
  readonly clock: Clock;
  /** Whether to look into what somebody sent; asked once for each datagram. */
  isWanted(from: Deno.NetAddr): boolean;
  /**
   * Takes in at once what is an upload's; where uploads share the port.
   *
   * @returns Whether it is.
   */
  readonly take?:
    | ((bytes: Uint8Array, from: Deno.NetAddr, to: string) => boolean)
    | undefined;
  /** Told of each datagram there is no room for. */
  onOverflow(): void;
  /** Takes in what arrived at an address, in its order, some at a time. */
  onSlice(slice: readonly Received[], to: string): void;
}

/** The reading end of a listening port. */
export class Reader {
  /** The socket; the reader closes it. */
  readonly socket: Socket;
  readonly #address: string;
  readonly #options: ReaderOptions;
  readonly #buffer: Uint8Array;
  #backlog: Received[] = [];
  #readAtOnce = 0;
  #isLooking = false;
  /** Whether something arrived since the end of the burst was last looked for. */
  #isBusy = false;
  #isClosed = false;
  /** Resolves when nothing is read any more; only then the port is free. */
  readonly #ended = Promise.withResolvers<void>();

  /** Begins to read a socket that is bound to a local address. */
  constructor(socket: Socket, address: string, options: ReaderOptions) {
    this.socket = socket;
    this.#address = address;
    this.#options = options;
    const isShared = options.take !== undefined;
    this.#buffer = new Uint8Array(isShared ? MAX_DATA_BYTES : KEPT_BYTES);
    this.#read();
  }

  /** Closes the socket; what was not looked into is dropped. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#backlog = [];
      this.socket.close();
    }
    await this.#ended.promise;
  }

  readonly #read = (): void => {
    this.socket.receive(this.#buffer).then(this.#onDatagram, this.#onError);
  };

  readonly #onDatagram = ([bytes, from]: [Uint8Array, Deno.Addr]): void => {
    const { clock, take } = this.#options;
    if (from.transport === "udp" && !take?.(bytes, from, this.#address)) {
      this.#keep(bytes.subarray(0, KEPT_BYTES), from);
    }
    if (++this.#readAtOnce < MAX_READ_AT_ONCE) return this.#read();
    this.#readAtOnce = 0;
    clock.soon(this.#read);
  };

  readonly #onError = (error: unknown): void => {
    // On Windows, a client whose port is gone.
    if (error instanceof Deno.errors.ConnectionReset) return this.#read();
    // A server that is deaf must not live on: the thread crashes.
    if (!this.#isClosed) throw error;
    this.#ended.resolve();
  };

  #keep(bytes: Uint8Array, from: Deno.NetAddr): void {
    if (this.#isClosed) return;
    if (this.#backlog.length >= MAX_BACKLOG) return this.#options.onOverflow();
    this.#isBusy = true;
    this.#backlog.push({ bytes: bytes.slice(), from });
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#isBusy = false;
    this.#options.clock.soon(this.#look);
  }

  readonly #look = (): void => {
    this.#readAtOnce = 0;
    const { clock, onSlice } = this.#options;
    const isBurst = this.#isBusy &&
      this.#backlog.length < MAX_PATIENT_BACKLOG;
    this.#isBusy = false;
    if (!isBurst) onSlice(this.#nextSlice(), this.#address);
    this.#isLooking = this.#backlog.length > 0;
    if (this.#isLooking) clock.soon(this.#look);
  };

  /** Asked only now: in a burst, those before may have made it welcome. */
  #nextSlice(): Received[] {
    const slice: Received[] = [];
    let looked = 0;
    while (looked < this.#backlog.length && slice.length < SLICE) {
      const received = this.#backlog[looked++];
      if (received !== undefined && this.#options.isWanted(received.from)) {
        slice.push(received);
      }
    }
    this.#backlog.splice(0, looked);
    return slice;
  }
}
