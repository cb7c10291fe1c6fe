/**
 * Uploads that share the listening ports: each has a line of its own, which is
 * to it what a socket would be. For clients behind firewalls and NAT that let
 * answers through from the port that was asked, and from no other.
 *
 * @module
 */

import { keyOf, type Peer } from "../policy/address.ts";
import type { Socket } from "../socket.ts";
import type { SendFrom } from "./listeners.ts";

/**
 * What waits for an upload that waits for the disk, as much as the system keeps
 * for a socket; the client sends the rest again.
 */
export const MAX_LINE_BYTES = 212_992;
/** The same for all together: a disk that stands still must not fill the memory. */
export const MAX_BYTES: number = 32 * 1024 * 1024;
/** What each datagram takes besides its bytes. */
const OVERHEAD_BYTES = 256;

/** A datagram and who sent it, as a socket gives it. */
export type Datagram = [Uint8Array, Deno.Addr];

/** Something that is waited for; a promise, or the simulation's own. */
export interface Awaited {
  /** What to wait for. */
  readonly promise: PromiseLike<Datagram>;
  /** Lets it come. */
  resolve(datagram: Datagram): void;
  /** Lets it fail. */
  reject(error: Error): void;
}

/** All lines. */
export class Lines {
  readonly #send: SendFrom;
  readonly #newAwaited: () => Awaited;
  readonly #lines = new Map<string, Line>();
  /** What waits in all of them. */
  readonly #waiting = { bytes: 0 };

  /** None yet. */
  constructor(
    send: SendFrom,
    newAwaited: () => Awaited = () => Promise.withResolvers<Datagram>(),
  ) {
    this.#send = send;
    this.#newAwaited = newAwaited;
  }

  /**
   * Opens a line.
   *
   * @param address The local address that the client asked.
   * @param peer The client; a line that it had is its old upload's from now on,
   * and hears nothing more.
   */
  open(address: string, peer: Peer): Socket {
    const key = `${address} ${keyOf(peer)}`;
    const line = new Line({
      inAll: this.#waiting,
      send: (bytes, to) => this.#send(bytes, to, address),
      newAwaited: this.#newAwaited,
      onClosed: () => {
        if (this.#lines.get(key) === line) this.#lines.delete(key);
      },
    });
    this.#lines.set(key, line);
    return line;
  }

  /**
   * Takes in a datagram of a listening port, if it is an upload's: requests are
   * not, whoever sends them.
   *
   * @param bytes The datagram; it is copied.
   * @param address The local address that it came to.
   * @returns Whether it was.
   */
  take(bytes: Uint8Array, from: Deno.NetAddr, address: string): boolean {
    if (isRequest(bytes)) return false;
    const line = this.#lines.get(`${address} ${keyOf(from)}`);
    line?.arrive(bytes, from);
    return line !== undefined;
  }
}

interface LineOptions {
  /** What waits in all lines. */
  readonly inAll: { bytes: number };
  send(bytes: Uint8Array, to: Peer): void;
  newAwaited(): Awaited;
  onClosed(): void;
}

/** One upload's part of the listening port. */
class Line implements Socket {
  readonly #options: LineOptions;
  #waiting: [Uint8Array, Deno.NetAddr][] = [];
  #bytes = 0;
  #reading: { awaited: Awaited; buffer: Uint8Array } | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  receive(buffer: Uint8Array): PromiseLike<Datagram> {
    const awaited = this.#options.newAwaited();
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#reading = { awaited, buffer };
    } else {
      const [bytes, from] = next;
      this.#count(-sizeOf(bytes));
      awaited.resolve([copy(bytes, buffer), from]);
    }
    return awaited.promise;
  }

  send(bytes: Uint8Array, to: Deno.NetAddr): Promise<number> {
    this.#options.send(bytes, to);
    return Promise.resolve(bytes.length);
  }

  close(): void {
    this.#reading?.awaited.reject(new Deno.errors.BadResource("closed"));
    this.#reading = undefined;
    this.#waiting = [];
    this.#count(-this.#bytes);
    this.#options.onClosed();
  }

  arrive(bytes: Uint8Array, from: Deno.NetAddr): void {
    const reading = this.#reading;
    if (reading !== undefined) {
      this.#reading = undefined;
      return reading.awaited.resolve([copy(bytes, reading.buffer), from]);
    }
    const size = sizeOf(bytes);
    if (this.#bytes + size > MAX_LINE_BYTES) return;
    if (this.#options.inAll.bytes + size > MAX_BYTES) return;
    this.#count(size);
    this.#waiting.push([bytes.slice(), from]);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#options.inAll.bytes += bytes;
  }
}

function copy(bytes: Uint8Array, buffer: Uint8Array): Uint8Array {
  const fitting = bytes.subarray(0, buffer.length);
  buffer.set(fitting);
  return buffer.subarray(0, fitting.length);
}

function sizeOf(bytes: Uint8Array): number {
  return bytes.length + OVERHEAD_BYTES;
}

/** RRQ or WRQ (RFC 1350 section 5). */
function isRequest(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && (bytes[1] === 1 || bytes[1] === 2);
}
