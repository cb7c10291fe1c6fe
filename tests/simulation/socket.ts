/**
 * The server's sockets, as `lib/socket.ts` has them.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { Socket } from "../../lib/socket.ts";
import { type Address, addressOf } from "./address.ts";
import { Later } from "./later.ts";
import type { Network } from "./network.ts";

/** Watches the server's sockets. */
export interface SocketWatch {
  /** The server is to act upon a datagram. */
  handing(
    socket: Socket,
    bytes: Uint8Array,
    from: Address,
    act: () => void,
  ): void;
  /** The server sends a datagram. */
  sent(socket: Socket, bytes: Uint8Array, to: Deno.NetAddr): void;
  /** The server closes a socket. */
  closed(socket: Socket): void;
}

type Received = [Uint8Array, Deno.Addr];

const SENT = new Later<number>();
SENT.settle(() => 0);
const CLOSED = new Deno.errors.BadResource("closed");

/** A socket of the server. */
export class SimulatedSocket implements Socket {
  readonly #address: Address;
  readonly #clock: Clock;
  readonly #network: Network;
  readonly #watch: SocketWatch;
  /** What the kernel holds. */
  readonly #queue: { readonly bytes: Uint8Array; readonly from: Address }[] =
    [];
  #receiving:
    | { readonly buffer: Uint8Array; readonly result: Later<Received> }
    | undefined;
  #isClosed = false;

  /** Opens the socket of an address. */
  constructor(
    address: Address,
    clock: Clock,
    network: Network,
    watch: SocketWatch,
  ) {
    this.#address = address;
    this.#clock = clock;
    this.#network = network;
    this.#watch = watch;
    network.bind(address, (bytes, from) => {
      this.#queue.push({ bytes, from });
      this.#hand();
    });
  }

  receive(buffer: Uint8Array): Later<Received> {
    const result = new Later<Received>();
    this.#receiving = { buffer, result };
    // Never before the caller can wait for it.
    if (this.#queue.length > 0 || this.#isClosed) {
      this.#clock.soon(() => this.#hand());
    }
    return result;
  }

  send(bytes: Uint8Array, to: Deno.NetAddr): Later<number> {
    this.#watch.sent(this, bytes, to);
    const { hostname, port } = to;
    this.#network.send(bytes.slice(), this.#address, addressOf(hostname, port));
    return SENT;
  }

  close(): void {
    this.#isClosed = true;
    this.#network.unbind(this.#address);
    this.#clock.soon(() => this.#hand());
    this.#watch.closed(this);
  }

  #hand(): void {
    if (this.#receiving === undefined) return;
    const { buffer, result } = this.#receiving;
    const datagram = this.#isClosed ? undefined : this.#queue.shift();
    if (datagram === undefined) {
      if (!this.#isClosed) return;
      this.#receiving = undefined;
      return result.settle(() => {
        throw CLOSED;
      });
    }
    this.#receiving = undefined;
    const { bytes, from } = datagram;
    const length = Math.min(bytes.length, buffer.length);
    buffer.set(bytes.subarray(0, length));
    this.#watch.handing(this, bytes, from, () => {
      result.settle(() => [buffer.subarray(0, length), from]);
    });
  }
}
