/**
 * A front alone: a test sends datagrams, gives the news of the threads, and sees
 * the orders, all at the very moment.
 *
 * @module
 */

import { Channel, type News, type Order } from "../../lib/channel.ts";
import { defaultsOf } from "../../lib/cli/flag.ts";
import { SERVE_FLAGS } from "../../lib/cli/flags.ts";
import type { ServerConfig } from "../../lib/config.ts";
import { Front } from "../../lib/front/front.ts";
import { rulesOf } from "../../lib/front/rules.ts";
import type { Event } from "../../lib/report/event.ts";
import { encodePacket } from "../../lib/protocol/codec.ts";
import { Shared } from "../../lib/shared.ts";
import { ManualClock } from "../manual_clock.ts";
import { ManualSocket } from "../manual_socket.ts";
import { writeRequest } from "../peer.ts";

/** A front with one thread. */
export class FrontStage {
  readonly clock: ManualClock = new ManualClock();
  readonly socket: ManualSocket = new ManualSocket(this.clock);
  readonly shared: Shared = new Shared();
  readonly front: Front;
  /** All that was reported so far. */
  readonly events: Event[] = [];
  hasEnded = false;
  readonly #thread: { onmessage: ((event: MessageEvent) => void) | null };
  #orders: Order[] = [];

  constructor(overrides: Partial<ServerConfig> = {}) {
    const { clock, shared, socket } = this;
    shared.freeBytes = undefined;
    this.front = new Front({
      rules: rulesOf({ ...defaultsOf(SERVE_FLAGS), ...overrides }),
      ...{ maxThreads: 1, clock, shared },
      report: { packets: false, add: (event) => this.events.push(event) },
      onWantThread: () => {},
      onEnded: () => this.hasEnded = true,
    });
    this.front.listeners.add("192.0.2.9", socket);
    const carrier = {
      onmessage: null,
      // A carrier does not know what it carries; this one has only one user.
      postMessage: (batch: unknown) => this.#orders.push(...batch as Order[]),
    };
    this.#thread = carrier;
    this.front.crew.add(new Channel<Order, News>(carrier, clock));
    clock.settle();
  }

  /** A client asks. */
  ask(port: number, filename = "f", hostname = "192.0.2.1"): void {
    const bytes = encodePacket(writeRequest(filename));
    this.socket.arrive(bytes, hostname, port);
  }

  /** The thread tells. */
  tell(...news: News[]): void {
    this.#thread.onmessage?.(new MessageEvent("message", { data: news }));
    this.clock.settle();
  }

  /** The thread tells of a seat, in its plainest words. */
  tellOf(
    seat: number,
    ...kinds: ("accepted" | "proven" | "closed" | "no room" | "refused")[]
  ): void {
    for (const kind of kinds) {
      if (kind === "refused") this.tell({ kind, seat, told: undefined });
      else if (kind !== "no room") this.tell({ kind, seat });
      else this.tell({ kind: "refused", seat, told: kind });
    }
  }

  /** The thread tells that a file is saved. */
  tellStored(seat: number): void {
    this.tell({
      ...{ kind: "stored", seat, storedName: "f", replacedBytes: undefined },
      ...{ bytes: 9, seconds: 1 },
      counts: {
        ...{ blocks: 1, requests: 0, repeatsIn: 0, repeatsOut: 0, stuck: 0 },
        diskMs: 0,
        roundTripMs: undefined,
      },
    });
  }

  /** What was ordered since this was last asked, in brief. */
  takeOrders(): string[] {
    const orders = this.#orders;
    this.#orders = [];
    return orders.map((order) => {
      if (order.kind !== "open") {
        return "seat" in order ? `${order.kind} ${order.seat}` : order.kind;
      }
      const { seat, evicts } = order;
      return `open ${seat}` + (evicts ? ` evicts ${evicts}` : "");
    });
  }
}
