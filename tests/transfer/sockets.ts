/**
 * The sockets of uploads, watched: how many are open, whose they are, and a
 * limit as that of a process.
 *
 * @module
 */

import type { Socket } from "../../lib/socket.ts";

/** The sockets of all transfer threads of a server. */
export class Sockets {
  /** No more can be open at once, as if the process had no descriptor left. */
  limit = Infinity;
  /** How often a socket could not be had. */
  misses = 0;
  /** The most that were open at once. */
  most = 0;
  readonly #hostname: string;
  readonly #threads = new Map<number, number>();
  readonly #open = new Set<Socket>();

  constructor(hostname: string) {
    this.#hostname = hostname;
  }

  /** The thread whose socket has or had a port. */
  threadOf(port: number): number | undefined {
    return this.#threads.get(port);
  }

  /** Opens a socket for a thread. */
  open(thread: number): Socket {
    if (this.#open.size >= this.limit) {
      this.misses++;
      throw Object.assign(new Error("Too many open files"), { code: "EMFILE" });
    }
    const hostname = this.#hostname;
    const real = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    const socket: Socket = {
      receive: (buffer) => real.receive(buffer),
      send: (bytes, to) => real.send(bytes, to),
      close: () => {
        this.#open.delete(socket);
        real.close();
      },
    };
    this.#open.add(socket);
    this.most = Math.max(this.most, this.#open.size);
    this.#threads.set((real.addr as Deno.NetAddr).port, thread);
    return socket;
  }
}
