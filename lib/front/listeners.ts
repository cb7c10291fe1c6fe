/**
 * The listening ports, one for each local address: who is asked at one of them
 * answers from there, as clients and firewalls expect.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { Peer } from "../policy/address.ts";
import { post, type Socket } from "../socket.ts";
import { Reader, type Received } from "./reader.ts";

/** Whom the ports belong to. */
export interface ListenersOptions {
  /** The time. */
  readonly clock: Clock;
  /** Whether to look into what somebody sent; asked once for each datagram. */
  isWanted(from: Deno.NetAddr): boolean;
  /**
   * Takes in at once what is an upload's; where uploads share the ports.
   *
   * @returns Whether it is.
   */
  readonly take?:
    | ((bytes: Uint8Array, from: Deno.NetAddr, to: string) => boolean)
    | undefined;
  /** Called for what is dropped unread. */
  onOverflow(): void;
  /** Takes in what arrived at an address, in its order, some at a time. */
  onSlice(slice: readonly Received[], to: string): void;
  /** Called with what went wrong when something was sent. */
  onSendError(error: unknown): void;
}

interface Port {
  readonly socket: Socket;
  readonly reader: Reader;
}

/** The listening ports. */
export class Listeners {
  readonly #options: ListenersOptions;
  readonly #ports = new Map<string, Port>();
  #isClosed = false;

  /** None yet. */
  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  /** Whether nothing is listened to any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The addresses that are listened on. */
  get addresses(): string[] {
    return [...this.#ports.keys()];
  }

  /**
   * Begins to listen.
   *
   * @param address The local address that the socket is bound to.
   * @param socket The socket; this one closes it.
   */
  add(address: string, socket: Socket): void {
    if (this.#isClosed) return socket.close();
    const { clock, isWanted, onOverflow, onSlice, take } = this.#options;
    const reader = new Reader(socket, clock, {
      ...{ isWanted, onOverflow },
      onSlice: (slice) => onSlice(slice, address),
      ...(take && { take: (bytes, from) => take(bytes, from, address) }),
    });
    this.#ports.set(address, { socket, reader });
  }

  /** Listens no more on an address that this machine has lost. */
  async remove(address: string): Promise<void> {
    const port = this.#ports.get(address);
    this.#ports.delete(address);
    await port?.reader.close();
  }

  /**
   * Sends from a listening port.
   *
   * @param address The local address; nothing is sent if it is gone.
   */
  send(bytes: Uint8Array, to: Peer, address: string): void {
    const port = this.#ports.get(address);
    if (port === undefined) return;
    const peer: Deno.NetAddr = { ...to, transport: "udp" };
    post(port.socket, bytes, peer, this.#options.onSendError);
  }

  /** Listens no more; resolves when the ports are free. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const readers = [...this.#ports.values()].map(({ reader }) => reader);
    await Promise.all(readers.map((reader) => reader.close()));
  }
}
