/**
 * What the packets of uploads answer: they leave at the end of the turn, so the
 * cause of each is what its socket was handed at the very same time.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import type { Socket } from "../../lib/socket.ts";

interface Handed {
  readonly packet: Packet;
  readonly from: string;
  readonly at: number;
  /** Whether what is sent from now on may be the answer. */
  hasBegun: boolean;
}

/** What each socket was handed last, as long as it is not answered. */
export class HandedPackets {
  readonly #clock: Clock;
  readonly #handed = new WeakMap<Socket, Handed>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A packet is going to be handed to a socket. */
  add(socket: Socket, packet: Packet, from: string): void {
    const handed: Handed = {
      ...{ packet, from, at: this.#clock.now() },
      hasBegun: packet.kind !== "error",
    };
    this.#handed.set(socket, handed);
    // What was to be sent before an ERROR came is no answer to it.
    this.#clock.soon(() => handed.hasBegun = true);
  }

  /**
   * What a packet answers that is sent to somebody now; `undefined` if it is the
   * clock that acts.
   */
  takeCause(socket: Socket, to: string): Packet | undefined {
    const handed = this.#handed.get(socket);
    if (!handed?.hasBegun) return undefined;
    this.#handed.delete(socket);
    return handed.from === to && handed.at === this.#clock.now()
      ? handed.packet
      : undefined;
  }
}
