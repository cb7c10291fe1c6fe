/**
 * The listening ports, one for each local address: who is asked at one of them
 * answers from there, as clients and firewalls expect.
 *
 * @module
 */

import type { Peer } from "../policy/address.ts";
import { post, type Socket } from "../socket.ts";
import { Reader, type ReaderOptions } from "./reader.ts";

/** Sends from the listening port of a local address, without waiting for it. */
export type SendFrom = (bytes: Uint8Array, to: Peer, address: string) => void;

/** Whom the ports belong to. */
export interface ListenersOptions extends ReaderOptions {
  /** Called with what went wrong when something was sent. */
  onSendError(error: unknown): void;
}

/** The listening ports. */
export class Listeners {
  readonly #options: ListenersOptions;
  /** By local address. */
  readonly #readers = new Map<string, Reader>();
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
    return [...this.#readers.keys()];
  }

  /** Begins to listen with a socket of a local address; this one closes it. */
  add(address: string, socket: Socket): void {
    if (this.#isClosed) return socket.close();
    this.#readers.set(address, new Reader(socket, address, this.#options));
  }

  /** Listens no more on an address that this machine has lost. */
  async remove(address: string): Promise<void> {
    const reader = this.#readers.get(address);
    this.#readers.delete(address);
    await reader?.close();
  }

  /** Sends, unless the local address is gone. */
  readonly send: SendFrom = (bytes, to, address) => {
    const socket = this.#readers.get(address)?.socket;
    if (socket === undefined) return;
    const peer: Deno.NetAddr = { ...to, transport: "udp" };
    post(socket, bytes, peer, this.#options.onSendError);
  };

  /** Listens no more; resolves when the ports are free. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#readers.values()].map((it) => it.close()));
  }
}
