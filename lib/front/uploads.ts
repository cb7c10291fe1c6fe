/**
 * All uploads, as the front has them: decides what a datagram leads to, has the
 * transfer threads do it, and follows what they tell.
 *
 * @module
 */

import type { News } from "../channel.ts";
import type { Clock } from "../clock.ts";
import type { Peer } from "../policy/address.ts";
import * as policy from "../policy/decide.ts";
import type { Arrival, Rules } from "../policy/decision.ts";
import { foldNews } from "../policy/fold_news.ts";
import { noteNoStall, nothingLearned } from "../policy/learned.ts";
import { fullBudget, spendError } from "../policy/rate.ts";
import * as seating from "../policy/seats.ts";
import { excuse, greet, noStrangers } from "../policy/strangers.ts";
import { decodePacket, encodePacket } from "../protocol/codec.ts";
import type { ErrorPacket } from "../protocol/packet.ts";
import { eventOf, type Report } from "../report/event.ts";
import type { Shared } from "../shared.ts";
import { Ceiling } from "./ceiling.ts";
import type { Crew } from "./crew.ts";
import { IdleWatch } from "./idle_watch.ts";
import type { SendFrom } from "./listeners.ts";

/**
 * The end of an upload may be told but not heard yet: whoever is refused for
 * want of room is looked at again so many turns later.
 */
const SECOND_LOOKS = 2;

/** By what uploads are decided about, and who takes part in them. */
export interface UploadsOptions {
  /** What the operator wants. */
  readonly rules: Rules;
  /** How a datagram is decided about, if not as usual. */
  readonly decide?: policy.Decide;
  /** The time. */
  readonly clock: Clock;
  /** How much may be written. */
  readonly shared: Shared;
  /** Where events go. */
  readonly report: Report;
  /** The transfer threads. */
  readonly crew: Crew;
  /** Sends from a listening port. */
  readonly send: SendFrom;
  /** Called when no more are taken and all of them have ended. */
  onEnded(): void;
}

/** All uploads. */
export class Uploads {
  readonly #options: UploadsOptions;
  readonly #seats = seating.emptySeats();
  readonly #strangers = noStrangers();
  readonly #learned = nothingLearned();
  readonly #errors = fullBudget();
  readonly #idle: IdleWatch;
  readonly #ceiling: Ceiling;
  #isClosed = false;
  /** Whether the upload directory is gone. */
  #isAway = false;

  /** None yet. */
  constructor(options: UploadsOptions) {
    const { clock, report, rules } = options;
    this.#options = options;
    this.#ceiling = new Ceiling(rules);
    this.#idle = new IdleWatch(clock, () => {
      // Those who have not sent a block may be forged.
      if (this.underWay > this.halfOpen) return;
      report.add({ kind: "idle", epochMs: clock.epoch() });
    });
  }

  /** How many are neither saved nor given up. */
  get underWay(): number {
    return seating.countUnderWay(this.#seats);
  }

  /** Of these, such as have not sent a block. */
  get halfOpen(): number {
    return this.#seats.halfOpen.size;
  }

  /** Whether no more are taken. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Why none can be taken now; `undefined` if all is well. */
  get trouble(): string | undefined {
    const { freeBytes = Infinity } = this.#options.shared;
    if (this.#isClosed) return "the server is stopping";
    if (this.#isAway) return "the upload directory is gone";
    return freeBytes <= 0 ? "the disk is full" : undefined;
  }

  /** Takes in that the upload directory is gone, or that it is back. */
  watchDirectory(path: string, isThere: boolean): void {
    const { crew, report } = this.#options;
    this.#isAway = !isThere;
    report.add({ kind: "directory", path, isThere });
    if (!isThere) crew.orderAll({ kind: "fail" });
  }

  /** Takes no more. */
  close(): void {
    this.#isClosed = true;
    this.#idle.stop();
    this.#options.crew.orderAll({ kind: "drain" });
    this.#checkEnd();
  }

  /** Whether somebody's datagram is worth looking into. */
  isWorthALook(from: Peer): boolean {
    const now = this.#options.clock.now();
    return policy.isWorthALook(this.#seats, this.#strangers, from, now);
  }

  /**
   * Takes in a datagram of a listening port.
   *
   * @param to The local address that it came to.
   */
  onDatagram(bytes: Uint8Array, from: Peer, to: string): void {
    this.#show("in", from, bytes);
    this.#look({ from, to, bytes, packet: decodePacket(bytes) });
  }

  #look(arrival: Arrival, secondLooks = SECOND_LOOKS): void {
    if (this.#isClosed) return;
    const { clock, crew, decide = policy.decide, report } = this.#options;
    const { shared: { bufferBytes, freeBytes } } = this.#options;
    const now = clock.now();
    const decision = decide(this.#ceiling.rulesAt(now), {
      ...{ seats: this.#seats, strangers: this.#strangers },
      ...{ learned: this.#learned, isAway: this.#isAway },
      ...{ threads: crew.size, bufferBytes, freeBytes, now },
    }, arrival);
    const { from: peer, to } = arrival;
    switch (decision.kind) {
      case "ignore":
        return report.add({ kind: "ignored", peer, reason: decision.reason });
      case "deny":
        return report.add({ kind: "denied", peer, reason: decision.reason });
      case "refuse": {
        if (decision.isForWantOfRoom && secondLooks > 0) {
          return clock.soon(() => this.#look(arrival, secondLooks - 1));
        }
        const { reply, filename, reason } = decision;
        return this.#refuse(peer, to, reply, filename, reason);
      }
      case "repeat":
        return crew.repeat(decision.seat);
      case "admit": {
        const { seat, evicted } = decision;
        if (evicted !== undefined) crew.evict(evicted, seat);
        const load = this.#seats.ofThread[seat.thread] ?? 0;
        return crew.open(seat, clock.epoch(), load);
      }
    }
  }

  /** Takes in what a transfer thread tells. */
  onNews(news: News): void {
    const { clock, report, rules } = this.#options;
    switch (news.kind) {
      case "exhausted":
        return this.#onExhausted(news.seat);
      case "packet":
        return this.#show(news.direction, news.peer, news.bytes);
      case "ignored":
      case "trouble":
        return report.add(news);
    }
    const seat = this.#seats.all.get(news.seat);
    if (seat === undefined) return;
    const now = clock.now();
    const isProven = news.kind === "proven";
    if (isProven) {
      noteNoStall(this.#learned, seat.peer);
      // On one port a block may be sent by somebody who saw no answer.
      if (!rules.isSinglePort) {
        const { peer: { hostname }, isStranger } = seat;
        excuse(this.#strangers, { hostname, isStranger }, now);
      }
    }
    if (isProven || news.kind === "progress") {
      greet(this.#strangers, seat.peer.hostname, now);
    }
    if (isProven || seat.phase === "receiving") this.#idle.touch();
    const event = eventOf(news, seat, rules.isSinglePort);
    foldNews(this.#seats, news, now);
    if (event !== undefined) report.add(event);
    if (news.kind === "refused") this.#onRefused(seat, news.told);
    this.#checkEnd();
  }

  #onRefused(
    { accepted: { filename }, peer, to, request: bytes }: seating.Seat,
    told: Extract<News, { kind: "refused" }>["told"],
  ): void {
    if (told === "no room") {
      this.#look({ from: peer, to, bytes, packet: decodePacket(bytes) });
    } else if (told !== undefined) {
      const { code, message, reason } = told;
      const reply: ErrorPacket = { kind: "error", code, message };
      this.#refuse(peer, to, reply, filename, reason);
    }
  }

  /** Without descriptors nobody is served: those worth least give theirs up. */
  #onExhausted(asking: number | undefined): void {
    const { clock, crew } = this.#options;
    for (const seat of this.#ceiling.lower(this.#seats, asking, clock.now())) {
      seating.discount(this.#seats, seat);
      crew.evict(seat, { sparesAnswered: false });
    }
  }

  #refuse(
    peer: Peer,
    to: string,
    reply: ErrorPacket,
    filename: string | undefined,
    reason: string,
  ): void {
    const { clock, report, send } = this.#options;
    // Whether the client is told and whether the operator is told are two things.
    const isAnswered = spendError(this.#errors, peer.hostname, clock.now());
    if (isAnswered) {
      const bytes = encodePacket(reply);
      this.#show("out", peer, bytes);
      send(bytes, peer, to);
    }
    report.add({ kind: "refused", peer, filename, reason, isAnswered });
  }

  #show(direction: "in" | "out", peer: Peer, bytes: Uint8Array): void {
    const { report } = this.#options;
    if (!report.packets) return;
    const packet = decodePacket(bytes);
    report.add({ kind: "packet", direction, peer, packet, bytes });
  }

  #checkEnd(): void {
    const isEmpty = this.#seats.all.size === 0;
    if (this.#isClosed && isEmpty) this.#options.onEnded();
  }
}
