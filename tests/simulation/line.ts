/**
 * What uploads have for sockets where all share the listening port.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { Awaited, Datagram } from "../../lib/front/lines.ts";
import type { Socket } from "../../lib/socket.ts";
import { addressOf } from "./address.ts";
import { Later } from "./later.ts";
import type { Manners } from "./manners.ts";

/** Lets something be waited for in virtual time. */
export function newAwaited(
  clock: Clock,
): Awaited & { readonly promise: Later<Datagram> } {
  const promise = new Later<Datagram>();
  return {
    promise,
    resolve: (datagram) => promise.settle(() => datagram),
    // Never while the line is being closed.
    reject: (error) =>
      clock.soon(() =>
        promise.settle(() => {
          throw error;
        })
      ),
  };
}

/** A line whose packets are watched as those of a socket. */
export class WatchedLine implements Socket {
  readonly #line: Socket;
  readonly #clock: Clock;
  readonly #manners: Manners;

  /** Takes over a line. */
  constructor(line: Socket, clock: Clock, manners: Manners) {
    this.#line = line;
    this.#clock = clock;
    this.#manners = manners;
  }

  receive(buffer: Uint8Array): Later<Datagram> {
    const { promise, resolve, reject } = newAwaited(this.#clock);
    this.#line.receive(buffer).then((datagram) => {
      const [bytes, from] = datagram;
      if (from.transport !== "udp") return;
      const sender = addressOf(from.hostname, from.port);
      // Never before the caller can wait for it.
      this.#clock.soon(() =>
        this.#manners.handing(this, bytes, sender, () => resolve(datagram))
      );
    }, reject);
    return promise;
  }

  send(bytes: Uint8Array, to: Deno.NetAddr): PromiseLike<number> {
    this.#manners.sent(this, bytes, to);
    return this.#manners.passing(() => this.#line.send(bytes, to));
  }

  close(): void {
    this.#line.close();
    this.#manners.closed(this);
  }
}
