/**
 * The front desk: looks at every datagram of the listening port once, decides,
 * and orders the transfer threads to do it. It keeps the seats and tells what
 * happens; it has no file and waits for nobody.
 *
 * @module
 */

import type { Channel, News, Order } from "../channel.ts";
import type { Clock } from "../clock.ts";
import { ignoreSource, maySend } from "../policy/access.ts";
import type { Peer } from "../policy/address.ts";
import { type Decide, isWorthALook } from "../policy/decide.ts";
import type { Arrival, Decision, Rules, Standing } from "../policy/decision.ts";
import { foldNews } from "../policy/fold_news.ts";
import { noteNoStall, nothingLearned } from "../policy/learned.ts";
import { fullBudget, spendError } from "../policy/rate.ts";
import {
  countUnderWay,
  discount,
  emptySeats,
  type Seat,
} from "../policy/seats.ts";
import { greet, mayAsk, noStrangers } from "../policy/strangers.ts";
import { decodePacket, encodePacket } from "../protocol/codec.ts";
import type { ErrorPacket } from "../protocol/packet.ts";
import { type Event, eventOf, type Report } from "../report/event.ts";
import type { Shared } from "../shared.ts";
import { tellDenied } from "../socket.ts";
import { Ceiling } from "./ceiling.ts";
import { Crew } from "./crew.ts";
import { Ending } from "./ending.ts";
import type { Gate } from "./gate.ts";
import { IdleWatch } from "./idle_watch.ts";
import { Lines, type SendFrom } from "./lines.ts";
import { Listeners } from "./listeners.ts";
import type { Received } from "./reader.ts";

/**
 * The end of an upload may be told but not heard yet: whoever is refused for
 * want of room is looked at again so many turns later.
 */
const SECOND_LOOKS = 2;

/** What the front works with. */
export interface FrontOptions {
  /** What the operator wants. */
  readonly rules: Rules;
  /** The most transfer threads there may be. */
  readonly maxThreads: number;
  /** How a datagram is decided about. */
  readonly decide: Decide;
  /** The time. */
  readonly clock: Clock;
  /** How much may be written. */
  readonly shared: Shared;
  /** Where events go. */
  readonly report: Report;
  /** Makes the lines of uploads that share the ports, if not as usual. */
  readonly newLines?: (send: SendFrom) => Lines;
  /** Called when one more transfer thread would have work. */
  onWantThread(): void;
  /** Called once when no more requests are taken and all uploads have ended. */
  onEnded(): void;
}

/** The front desk. */
export class Front {
  /** The listening ports; the front closes them. */
  readonly listeners: Listeners;
  /** What uploads have for sockets where they share these ports. */
  readonly lines: Lines | undefined;
  /** Stops the server from afar, if it may be. */
  gate: Gate | undefined;
  readonly #options: FrontOptions;
  readonly #seats = emptySeats();
  readonly #strangers = noStrangers();
  /** The same of those who may not send. */
  readonly #outsiders = noStrangers();
  readonly #learned = nothingLearned();
  readonly #errors = fullBudget();
  readonly #crew: Crew;
  readonly #idle: IdleWatch;
  readonly #ceiling: Ceiling;
  readonly #ending: Ending;
  /** Requests that were dropped since that was last told. */
  #unread = 0;
  /** Whether the upload directory is gone. */
  #isAway = false;

  /** Ports to listen on and a thread have to be added. */
  constructor(options: FrontOptions) {
    const { clock, newLines = plainLines, report, rules } = options;
    this.#options = options;
    this.#ceiling = new Ceiling(rules);
    this.#crew = new Crew({
      maxThreads: options.maxThreads,
      onWantThread: () => options.onWantThread(),
      onNews: (news) => this.#onNews(news),
    });
    this.#ending = new Ending({
      ...{ clock, report },
      isBusy: () => this.#seats.all.size > 0,
      stopAll: () => this.#crew.orderAll({ kind: "stop" }),
      onEnded: () => options.onEnded(),
    });
    this.#idle = new IdleWatch(clock, () => {
      // Those who have not sent a block may be forged.
      if (this.uploads > this.#seats.halfOpen.size) return;
      report.add({ kind: "idle", epochMs: clock.epoch() });
    });
    const lines = rules.isSinglePort
      ? newLines((bytes, to, from) => this.listeners.send(bytes, to, from))
      : undefined;
    this.lines = lines;
    this.listeners = new Listeners({
      clock,
      take: lines && ((bytes, from, to) => lines.take(bytes, from, to)),
      isWanted: (from) => this.#isWanted(from),
      onOverflow: () => this.#unread++,
      onSlice: (slice, to) => this.#onSlice(slice, to),
      onSendError: tellDenied((message) =>
        report.add({ kind: "trouble", message })
      ),
    });
  }

  /** How many uploads are neither saved nor given up. */
  get uploads(): number {
    return countUnderWay(this.#seats);
  }

  /** Of these, such as have not sent a block. */
  get halfOpen(): number {
    return this.#seats.halfOpen.size;
  }

  /** Why no upload can be taken now; `undefined` if all is well. */
  get trouble(): string | undefined {
    const { freeBytes } = this.#options.shared;
    return this.#ending.isBegun
      ? "the server is stopping"
      : this.#isAway
      ? "the upload directory is gone"
      : freeBytes !== undefined && freeBytes <= 0
      ? "the disk is full"
      : undefined;
  }

  /** Has the transfer threads go on in a new file of receipts. */
  reopenReceipts(): void {
    this.#crew.orderAll({ kind: "reopen" });
  }

  /** Adds a transfer thread. */
  addThread(channel: Channel<Order, News>): void {
    this.#crew.add(channel);
  }

  /** Takes in that the upload directory is gone, or that it is back. */
  watchDirectory(path: string, isThere: boolean): void {
    this.#isAway = !isThere;
    this.#options.report.add({ kind: "directory", path, isThere });
    if (!isThere) this.#crew.orderAll({ kind: "fail" });
  }

  /**
   * Takes no more requests and lets running uploads end; those that take longer
   * than the grace period are given up.
   */
  drain(graceMs: number): void {
    if (this.#ending.isBegun) return;
    const { report } = this.#options;
    report.add({ kind: "stopping", uploads: this.uploads });
    this.#ending.begin(graceMs);
    this.#takeNoMore();
  }

  /** Ends at once: running uploads fail and leave nothing. */
  stop(): void {
    this.#ending.hurry();
    this.#takeNoMore();
  }

  /** Says goodbye and closes the port. */
  async close(): Promise<void> {
    await this.gate?.sayStopped();
    await this.listeners.close();
    this.#options.report.add({ kind: "stopped" });
  }

  #takeNoMore(): void {
    this.#idle.stop();
    // Who stopped the server from afar can still ask how far it is.
    const isNeeded = this.gate !== undefined || this.lines !== undefined;
    if (!isNeeded) this.listeners.close();
    this.#crew.orderAll({ kind: "drain" });
    this.#ending.check();
  }

  #isWanted({ hostname, port }: Peer): boolean {
    const { clock, report, rules } = this.#options;
    const from = { hostname, port };
    const now = clock.now();
    if (maySend(hostname, rules)) {
      const isWanted = isWorthALook(this.#seats, this.#strangers, from, now);
      if (!isWanted) this.#unread++;
      return isWanted;
    }
    // They take nothing of what is served at once; but it may be the one who
    // stops the server.
    if (mayAsk(this.#outsiders, from, now)) return true;
    const reason = ignoreSource(from, rules) ?? "";
    report.add({ kind: "denied", peer: from, reason });
    return false;
  }

  #onSlice(slice: readonly Received[], to: string): void {
    for (const { bytes, from } of slice) {
      if (this.gate?.take(bytes, from, to) || this.#ending.isBegun) continue;
      this.#show("in", from, bytes);
      const packet = decodePacket(bytes);
      this.#decide({ from, to, bytes, packet }, SECOND_LOOKS);
    }
    this.#crew.flush();
    if (this.#unread === 0) return;
    this.#options.report.add({ kind: "unread", requests: this.#unread });
    this.#unread = 0;
  }

  #decide(arrival: Arrival, secondLooks: number): void {
    const { clock, decide, report } = this.#options;
    if (this.#ending.isBegun) return;
    const standing = this.#standing;
    const decision = decide(
      this.#ceiling.rulesAt(standing.now),
      standing,
      arrival,
    );
    const { from: peer, to } = arrival;
    switch (decision.kind) {
      case "ignore":
        return report.add({ kind: "ignored", peer, reason: decision.reason });
      case "deny":
        return report.add({ kind: "denied", peer, reason: decision.reason });
      case "refuse": {
        if (decision.isForWantOfRoom && secondLooks > 0) {
          return clock.soon(() => this.#decide(arrival, secondLooks - 1));
        }
        const { reply, filename, reason } = decision;
        return this.#refuse({ peer, to }, reply, filename, reason);
      }
      case "repeat":
        return this.#crew.repeat(decision.seat);
      case "admit":
        return this.#admit(decision);
    }
  }

  #admit({ seat, evicted }: Extract<Decision, { kind: "admit" }>): void {
    const { id, peer, to, accepted, evicts, sparesAnswered, thread } = seat;
    if (evicted !== undefined) this.#crew.evict(evicted, sparesAnswered);
    const load = this.#seats.ofThread[thread] ?? 0;
    this.#crew.open(thread, {
      kind: "open",
      seat: id,
      ...{ peer, to, accepted, evicts, sparesAnswered },
      at: this.#options.clock.epoch(),
    }, load);
  }

  #onNews(news: News): void {
    const { clock, report } = this.#options;
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
    if (news.kind === "proven" || news.kind === "progress") {
      greet(this.#strangers, seat.peer.hostname, now);
    }
    if (news.kind === "proven") {
      noteNoStall(this.#learned, seat.peer);
    }
    if (news.kind === "proven" || seat.phase === "receiving") {
      this.#idle.touch();
    }
    const event = eventOf(news, seat, this.#options.rules.isSinglePort);
    foldNews(this.#seats, news, now);
    if (event !== undefined) report.add(event);
    if (news.kind === "refused") this.#onRefused(seat, news.told);
    this.#ending.check();
  }

  #onRefused(
    { accepted: { filename }, peer, to, request }: Seat,
    told: Extract<News, { kind: "refused" }>["told"],
  ): void {
    if (told === "no room") {
      const packet = decodePacket(request);
      this.#decide({ from: peer, to, bytes: request, packet }, SECOND_LOOKS);
    } else if (told !== undefined) {
      const { code, message, reason } = told;
      const reply: ErrorPacket = { kind: "error", code, message };
      this.#refuse({ peer, to }, reply, filename, reason);
    }
  }

  #refuse(
    { peer, to }: Pick<Seat, "peer" | "to">,
    reply: ErrorPacket,
    filename: string | undefined,
    reason: string,
  ): void {
    const { clock, report } = this.#options;
    // Whether the client is told and whether the operator is told are two things.
    const isAnswered = spendError(this.#errors, peer.hostname, clock.now());
    if (isAnswered) {
      const bytes = encodePacket(reply);
      this.#show("out", peer, bytes);
      this.listeners.send(bytes, peer, to);
    }
    report.add({ kind: "refused", peer, filename, reason, isAnswered });
  }

  /** Without descriptors nobody is served: those worth least give theirs up. */
  #onExhausted(asking: number | undefined): void {
    const now = this.#options.clock.now();
    const sparesAnswered = false;
    for (const seat of this.#ceiling.lower(this.#seats, asking, now)) {
      discount(this.#seats, seat);
      this.#crew.evict(seat, sparesAnswered);
    }
  }

  get #standing(): Standing {
    const { clock, shared: { bufferBytes, freeBytes } } = this.#options;
    return {
      seats: this.#seats,
      strangers: this.#strangers,
      learned: this.#learned,
      threads: this.#crew.size,
      ...{ bufferBytes, freeBytes },
      isAway: this.#isAway,
      now: clock.now(),
    };
  }

  #show(direction: "in" | "out", peer: Peer, bytes: Uint8Array): void {
    const { report } = this.#options;
    if (!report.packets) return;
    const packet = decodePacket(bytes);
    const event: Event = { kind: "packet", direction, peer, packet, bytes };
    report.add(event);
  }
}

function plainLines(send: SendFrom): Lines {
  return new Lines(send);
}
