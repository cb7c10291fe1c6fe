/**
 * Watches what the front and the threads say to each other and to the operator:
 * nobody is let in for whom there is no room, everybody gets an answer in time,
 * and all of it comes to an end.
 *
 * @module
 */

import type { News, OpenOrder, Order } from "../../lib/channel.ts";
import type { Clock } from "../../lib/clock.ts";
import { NEGOTIATION } from "../../lib/config.ts";
import { keyOf } from "../../lib/policy/address.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import { classify } from "../../lib/protocol/request.ts";
import type { Event } from "../../lib/report/event.ts";
import type { FileWatch } from "./files.ts";
import type { Scenario } from "./scenario.ts";
import { fail } from "./violation.ts";

/** What a thread tells of a seat. */
type SeatNews = Extract<News, { seat: number }>;
type Told = SeatNews["kind"] | undefined;

/** What is known of a seat. */
interface Place {
  readonly order: OpenOrder;
  readonly peer: string;
  /** The latest its thread told. */
  told: Told;
  /** When the front last heard that its blocks come. */
  heardAt: number;
  /** Whether its socket was heard of. */
  hasBegun: boolean;
  /** Whether it was told to go before it began. */
  isBarred: boolean;
  /** Whether the front has asked it to go, or has given its place away. */
  isAskedToGo: boolean;
  /** Whether the front has heard of the end of the upload. */
  isEnded: boolean;
}

/** What may be told before. */
const BEFORE: Readonly<Record<SeatNews["kind"], readonly Told[]>> = {
  accepted: [undefined],
  refused: [undefined],
  proven: ["accepted"],
  progress: ["proven", "progress"],
  stored: ["proven", "progress"],
  failed: ["accepted", "proven", "progress"],
  closed: ["stored", "failed"],
};

/** How long a thread looks for a socket when there is none. */
const SOCKET_TRIES_MS = 500;

/** Watches the seats of one world. */
export class Seating {
  readonly #scenario: Scenario;
  readonly #clock: Clock;
  readonly #files: FileWatch;
  readonly #places = new Map<number, Place>();
  /** Until when clients have to get an answer. */
  readonly #owed = new Map<string, number>();
  readonly #events = new Map<Event["kind"], number>();
  /** How many who were asked to go stayed since there was last room for all. */
  #staying = 0;
  #isStopping = false;

  constructor(scenario: Scenario, clock: Clock, files: FileWatch) {
    this.#scenario = scenario;
    this.#clock = clock;
    this.#files = files;
  }

  /** The front is going to stop. */
  stopped(): void {
    this.#isStopping = true;
    this.#owed.clear();
  }

  /** A datagram reaches the front. */
  knocked(packet: Packet, from: string): void {
    if (this.#isStopping || this.#owed.has(from)) return;
    if (classify(packet, NEGOTIATION).kind === "ignore") return;
    // Who is here gets the answer of the upload, if it is worth one.
    for (const { peer } of this.#places.values()) if (peer === from) return;
    this.#owe(from);
  }

  /** A client gets an answer, or there is a reason why not. */
  answered(peer: string): void {
    const until = this.#owed.get(peer) ?? Infinity;
    this.#owed.delete(peer);
    if (this.#clock.now() <= until) return;
    fail("silence", `${peer} is answered after ${until} only`);
  }

  /** The front orders. */
  ordered(orders: readonly Order[]): void {
    for (const order of orders) {
      for (const place of this.#goneBy(order)) place.isAskedToGo = true;
      if (order.kind !== "open") continue;
      this.#checkGuess(order);
      this.#places.set(order.seat, {
        ...{ order, peer: keyOf(order.peer), told: undefined },
        ...{ heardAt: -Infinity, hasBegun: false, isBarred: false },
        ...{ isAskedToGo: false, isEnded: false },
      });
      // Orders to several threads are one decision.
      this.#clock.soon(() => this.#checkLimits(order));
    }
  }

  /** A thread gets orders. */
  obeying(orders: readonly Order[]): void {
    for (const order of orders) {
      for (const place of this.#goneBy(order)) place.isBarred = !place.hasBegun;
    }
  }

  /** An upload has a socket. */
  began(seat: number): void {
    const place = this.#places.get(seat);
    if (place === undefined) fail("news", `${seat} is no seat`);
    if (place.isBarred) fail("limits", `${seat} begins, but was told to go`);
    place.hasBegun = true;
  }

  /** A thread tells. */
  telling(batch: readonly News[]): void {
    for (const { kind, seat } of batch.filter(isOfSeat)) {
      const place = this.#places.get(seat);
      if (place === undefined || !BEFORE[kind].includes(place.told)) {
        fail("news", `${seat} is ${kind} after ${place?.told}`);
      }
      place.told = kind;
    }
  }

  /** The front hears. */
  hearing(batch: readonly News[]): void {
    for (const news of batch.filter(isOfSeat)) {
      const { kind, seat } = news;
      const place = this.#places.get(seat);
      if (place === undefined) continue;
      if (kind === "proven" || kind === "progress") {
        place.heardAt = this.#clock.now();
      }
      if (kind === "stored" || kind === "failed") place.isEnded = true;
      if (kind === "proven" && place.isAskedToGo) this.#staying++;
      if (kind === "closed" || kind === "refused") this.#places.delete(seat);
      if (kind !== "refused") continue;
      this.#staying += this.#goneBy(place.order).length;
      if (news.told === undefined) this.answered(place.peer);
      // Then the front looks for somebody else who could give way.
      const isOwed = this.#owed.has(place.peer);
      if (news.told === "no room" && isOwed) this.#owe(place.peer);
    }
  }

  /** The operator is told. */
  reported(event: Event): void {
    const { kind } = event;
    this.#events.set(kind, this.count(kind) + 1);
    // A server that stops does not wait for a slow disk for ever.
    if (kind === "trouble" && !this.#isStopping) fail("crash", event.message);
    if (kind === "ignored" || kind === "denied" || kind === "refused") {
      this.answered(keyOf(event.peer));
    } else if (kind === "stored") {
      const { bytes, peer, storedName } = event;
      this.#files.toldStored(keyOf(peer), storedName, bytes);
    }
  }

  /** How often the operator was told something. */
  count(kind: Event["kind"]): number {
    return this.#events.get(kind) ?? 0;
  }

  /** All is quiet, and the front has been asked to stop. */
  leave(): void {
    for (const peer of this.#owed.keys()) fail("silence", `${peer} for ever`);
    for (const seat of this.#places.keys()) fail("remains", `seat ${seat}`);
    const stored = this.count("stored");
    if (stored !== this.#files.counts.stored) {
      fail("news", `${stored} files are said to be saved`);
    }
    if (this.count("accepted") !== stored + this.count("failed")) {
      fail("news", "not every upload is said to have ended");
    }
  }

  #owe(peer: string): void {
    const { disk, limits, threads } = this.#scenario;
    const socketMs = limits.sockets === Infinity ? 0 : SOCKET_TRIES_MS;
    const ms = 2 * threads.carrierMs + disk.lookMs + socketMs;
    this.#owed.set(peer, this.#clock.now() + ms);
  }

  /** Those who have to go because of an order. */
  #goneBy(order: Order): Place[] {
    const seats = order.kind === "evict"
      ? [order.seat]
      : order.kind === "open"
      ? [this.#before(order)?.order.seat, order.evicts]
      : [];
    return seats.flatMap((it) => this.#places.get(it ?? 0) ?? []);
  }

  /** The upload of the same port that an upload takes the place of. */
  #before({ peer, seat }: OpenOrder): Place | undefined {
    const key = keyOf(peer);
    return [...this.#places.values()]
      .findLast((it) => it.peer === key && it.order.seat < seat);
  }

  /** Who asks from the port of a running upload may have guessed it. */
  #checkGuess(order: OpenOrder): void {
    const place = this.#before(order);
    if (place === undefined || place.isEnded) return;
    const { timeoutMs } = place.order.accepted.terms;
    if (this.#clock.now() - place.heardAt >= timeoutMs) return;
    fail("guessed", `${place.peer} has to give way`);
  }

  #checkLimits({ peer }: OpenOrder): void {
    const { maxPerClient, maxTransfers } = this.#scenario.limits;
    const counted = [...this.#places.values()].filter((it) => !it.isAskedToGo);
    const ofClient = counted.filter(({ isEnded, order }) =>
      !isEnded && order.peer.hostname === peer.hostname
    );
    const excess = Math.max(
      counted.length - maxTransfers,
      ofClient.length - maxPerClient,
    );
    if (excess > this.#staying) {
      const { length } = counted;
      fail("limits", `${length} uploads, ${ofClient.length} of one client`);
    }
    if (this.#places.size <= maxTransfers && excess <= 0) this.#staying = 0;
  }
}

function isOfSeat(news: News): news is SeatNews {
  return news.kind in BEFORE;
}
