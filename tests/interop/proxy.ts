/**
 * A network between a client and a server that loses, delays or doubles what it
 * is told to. Each port the server answers from has its own at the client's side,
 * so that the client sees transfer identifiers as it would without.
 *
 * @module
 */

import { Opcode } from "../../lib/protocol/packet.ts";

/** Where a packet goes: to the server or to the client. */
export type Direction = "up" | "down";

/**
 * Says when a packet arrives: one delay in milliseconds for every copy of it.
 *
 * @param number Its number in its direction, from 1.
 */
export type Fate = (direction: Direction, number: number) => readonly number[];

const HOST = "127.0.0.1";

/** A network with one client. */
export class Proxy implements Disposable {
  readonly #fate: Fate;
  /** Where the client sends its request. */
  readonly #front = listen();
  /** What the server takes for the client. */
  readonly #back = listen();
  /** What the client takes for the server, by the port of that. */
  readonly #sides = new Map<number, Deno.DatagramConn>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #passed = { up: 0, down: 0 };
  #oacks = 0;
  #clientPort = 0;
  #isClosed = false;

  constructor(serverPort: number, fate: Fate) {
    this.#fate = fate;
    this.#sides.set(serverPort, this.#front);
    this.#readClient(this.#front, serverPort);
    this.#readServer();
  }

  /** The port of the server as the client sees it. */
  get port(): number {
    return portOf(this.#front.addr);
  }

  /** How many OACKs the client was sent. */
  get oacks(): number {
    return this.#oacks;
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const side of this.#sides.values()) side.close();
    this.#back.close();
  }

  async #readClient(side: Deno.DatagramConn, port: number): Promise<void> {
    for await (const [bytes, from] of side) {
      this.#clientPort = portOf(from);
      this.#carry("up", bytes, this.#back, port);
    }
  }

  async #readServer(): Promise<void> {
    for await (const [bytes, from] of this.#back) {
      const port = portOf(from);
      this.#carry("down", bytes, this.#sideOf(port), this.#clientPort);
    }
  }

  #sideOf(port: number): Deno.DatagramConn {
    const known = this.#sides.get(port);
    if (known !== undefined) return known;
    const side = listen();
    this.#sides.set(port, side);
    this.#readClient(side, port);
    return side;
  }

  #carry(
    direction: Direction,
    bytes: Uint8Array,
    by: Deno.DatagramConn,
    port: number,
  ): void {
    const send = () => {
      if (this.#isClosed) return;
      if (bytes[1] === Opcode.OACK) this.#oacks++;
      // Whoever is gone gets nothing.
      by.send(bytes, { transport: "udp", hostname: HOST, port })
        .catch(() => {});
    };
    for (const ms of this.#fate(direction, ++this.#passed[direction])) {
      if (ms === 0) {
        send();
        continue;
      }
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        send();
      }, ms);
      this.#timers.add(timer);
    }
  }
}

function listen(): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "udp", hostname: HOST, port: 0 });
}

function portOf(address: Deno.Addr): number {
  return (address as Deno.NetAddr).port;
}
