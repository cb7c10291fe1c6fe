/**
 * What arrives at the listening port, in the order it came.
 *
 * The socket is drained without ever waiting, however much is going on: its
 * buffer holds some 250 requests, and one that is lost costs its client a whole
 * timeout. Reading a datagram takes far shorter than looking into it, so all
 * there are get read first.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { MAX_REQUEST_BYTES } from "../protocol/packet.ts";

/** Looked into before the socket is read again: about a millisecond's work. */
const BATCH = 8;
/** Clients repeat themselves before so many have been looked into. */
const MAX_BACKLOG = 4_096;

/** Takes in a datagram; the bytes are its own. */
export type OnDatagram = (bytes: Uint8Array, from: Deno.NetAddr) => void;

/** The reading end of the listening port. */
export class Inbox {
  readonly #socket: Deno.DatagramConn;
  readonly #onDatagram: OnDatagram;
  /** One byte more than the longest request, so that a longer one shows. */
  readonly #buffer = new Uint8Array(MAX_REQUEST_BYTES + 1);
  /** Datagrams that have been read and not looked into. */
  readonly #backlog: { bytes: Uint8Array; from: Deno.NetAddr }[] = [];
  #closed = false;

  /** Begins to read. */
  constructor(socket: Deno.DatagramConn, onDatagram: OnDatagram) {
    this.#socket = socket;
    this.#onDatagram = onDatagram;
    this.#read();
  }

  /** Closes the socket; what has not been looked into is dropped. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  #read(): void {
    this.#socket.receive(this.#buffer).then(
      ([bytes, from]) => {
        if (this.#closed) return;
        if (from.transport === "udp") this.#put(bytes.slice(), from);
        this.#read();
      },
      (error) => {
        // On Windows, a client whose port is gone. Else the socket is closed.
        if (error instanceof Deno.errors.ConnectionReset) this.#read();
      },
    );
  }

  #put(bytes: Uint8Array, from: Deno.NetAddr): void {
    if (this.#backlog.length >= MAX_BACKLOG) return;
    this.#backlog.push({ bytes, from });
    if (this.#backlog.length === 1) setImmediate(() => this.#work());
  }

  #work(): void {
    for (const { bytes, from } of this.#backlog.splice(0, BATCH)) {
      if (this.#closed) return;
      this.#onDatagram(bytes, from);
    }
    if (this.#backlog.length > 0) setImmediate(() => this.#work());
  }
}
