/**
 * The server's sockets, as `lib/socket.ts` has them.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { Awaited, Datagram } from "../../lib/front/lines.ts";
import type { Socket } from "../../lib/socket.ts";
import { type Address, addressOf } from "./address.ts";
import { Later } from "./later.ts";
import type { Manners } from "./manners.ts";
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

/** Lets something be waited for in virtual time. */
export function newAwaited(
  clock: Clock,
): Awaited & { readonly promise: Later<Datagram> } {
  const promise = new Later<Datagram>();
  return {
    promise,
    resolve: (datagram) => promise.settle(() => datagram),
    // Never while the line is being closed.
    reject: (error) => clock.soon(() => promise.settle(() => raise(error))),
  };
}

const SENT = new Later<number>();
SENT.settle(() => 0);
const CLOSED = new Deno.errors.BadResource("closed");

/** Opens the socket of an address. */
export function openSocket(
  address: Address,
  clock: Clock,
  network: Network,
  watch: SocketWatch,
): Socket {
  /** What the kernel holds. */
  const queue: { readonly bytes: Uint8Array; readonly from: Address }[] = [];
  let receiving: { buffer: Uint8Array; result: Later<Datagram> } | undefined;
  let isClosed = false;
  const hand = () => {
    if (receiving === undefined) return;
    const { buffer, result } = receiving;
    const datagram = isClosed ? undefined : queue.shift();
    if (datagram === undefined && !isClosed) return;
    receiving = undefined;
    if (datagram === undefined) return result.settle(() => raise(CLOSED));
    const { bytes, from } = datagram;
    const taken = buffer.subarray(0, Math.min(bytes.length, buffer.length));
    taken.set(bytes.subarray(0, taken.length));
    watch.handing(socket, bytes, from, () => {
      result.settle(() => [taken, from]);
    });
  };
  const socket: Socket = {
    receive(buffer) {
      const result = new Later<Datagram>();
      receiving = { buffer, result };
      // Never before the caller can wait for it.
      if (queue.length > 0 || isClosed) clock.soon(hand);
      return result;
    },
    send(bytes, to) {
      watch.sent(socket, bytes, to);
      network.send(bytes.slice(), address, addressOf(to.hostname, to.port));
      return SENT;
    },
    close() {
      isClosed = true;
      network.unbind(address);
      clock.soon(hand);
      watch.closed(socket);
    },
  };
  network.bind(address, (bytes, from) => {
    queue.push({ bytes, from });
    hand();
  });
  return socket;
}

/** What an upload has for a socket where all share the listening port. */
export function watchLine(
  line: Socket,
  clock: Clock,
  manners: Manners,
): Socket {
  const socket: Socket = {
    receive(buffer) {
      const { promise, resolve, reject } = newAwaited(clock);
      line.receive(buffer).then((datagram) => {
        const [bytes, from] = datagram;
        if (from.transport !== "udp") return;
        const sender = addressOf(from.hostname, from.port);
        // Never before the caller can wait for it.
        clock.soon(() =>
          manners.handing(socket, bytes, sender, () => resolve(datagram))
        );
      }, reject);
      return promise;
    },
    send(bytes, to) {
      manners.sent(socket, bytes, to);
      return manners.passing(() => line.send(bytes, to));
    },
    close() {
      line.close();
      manners.closed(socket);
    },
  };
  return socket;
}

function raise(error: unknown): never {
  throw error;
}
