/**
 * All uploads of one thread: opens them as the front orders, and ends them.
 *
 * @module
 */

import type { Channel, News, OpenOrder, Order } from "../channel.ts";
import { fullBudget, spendError } from "../policy/rate.ts";
import { UNAVAILABLE } from "../protocol/drive.ts";
import type { RequestPacket } from "../protocol/packet.ts";
import type { TransferLimits } from "../protocol/terms.ts";
import type { Machine } from "../protocol/transfer.ts";
import { tellDenied } from "../socket.ts";
import { Openings, type OpeningsOptions } from "./openings.ts";
import { Outbox } from "./outbox.ts";
import type { Recorder } from "./recorder.ts";
import { Session, type SessionContext } from "./session.ts";
import { Sessions } from "./sessions.ts";

/** What a transfer does with a repeated request does not depend on its text. */
const REPEATED_REQUEST: RequestPacket = {
  kind: "wrq",
  filename: "",
  mode: "octet",
  options: [],
};

/** What a room works with. */
export interface RoomOptions
  extends Pick<OpeningsOptions, "clock" | "openPart" | "openSocket"> {
  /** The way to the front. */
  readonly channel: Channel<News, Order>;
  /** The verbs of a transfer. */
  readonly machine: Machine;
  /** How much of a client's time and bytes is taken. */
  readonly limits: TransferLimits;
  /** Writes receipts, if they are wanted. */
  readonly recorder?: Recorder | undefined;
  /** Whether packets are told of. */
  readonly showsPackets: boolean;
  /** How often it is told of few uploads how far they are; if somebody looks. */
  readonly progressMs?: number | undefined;
  /** Counts a buffer that is made, or one that is gone as less than nothing. */
  countBuffer(bytes: number): void;
}

/** The uploads of one thread. */
export class Room {
  readonly #options: RoomOptions;
  readonly #context: SessionContext;
  readonly #sessions: Sessions;
  readonly #openings: Openings;
  readonly #errors = fullBudget();

  /** Begins to obey. */
  constructor(options: RoomOptions) {
    this.#options = options;
    const { channel, clock, machine, limits, recorder, showsPackets } = options;
    const sessions = this.#sessions = new Sessions(clock, options.progressMs);
    this.#openings = new Openings({
      ...options,
      tell: (news) => this.#tell(news),
      onOpen: (order, socket, part) =>
        sessions.add(new Session(order, socket, part, this.#context)),
    });
    this.#context = {
      ...{ clock, machine, limits, recorder, showsPackets },
      countBuffer: (bytes) => options.countBuffer(bytes),
      tell: (news) => this.#tell(news),
      outbox: new Outbox(
        clock,
        // Clients act upon what they are told: the front must know before.
        () => channel.flush(),
        tellDenied((message) => this.#tell({ kind: "trouble", message })),
      ),
      mayAnswer: (hostname) => spendError(this.#errors, hostname, clock.now()),
      wakeAt: (deadline) => sessions.wakeAt(deadline),
      onClosed: (session) => sessions.remove(session),
    };
    channel.listen((orders) => {
      for (const order of orders) this.#obey(order);
    });
  }

  #obey(order: Order): void {
    switch (order.kind) {
      case "open":
        return this.#open(order);
      case "repeat":
        return this.#repeat(order.seat);
      case "evict":
        this.#letGo(order.seat, order.sparesAnswered);
        return;
      case "fail":
        return this.#failAll();
      case "reopen":
        return this.#options.recorder?.reopen();
      case "drain":
        return this.#takeNoMore();
      case "stop":
        this.#takeNoMore();
        for (const session of this.#sessions.all) session.ask("stop");
    }
  }

  /** Those who wait for the disk may wait for ever. */
  #takeNoMore(): void {
    this.#sessions.isDraining = true;
    for (const order of this.#openings.waiting.all) {
      this.#openings.refuse(order, undefined);
    }
  }

  #failAll(): void {
    const { message } = UNAVAILABLE;
    for (const order of this.#openings.waiting.all) {
      this.#openings.refuse(order, message, UNAVAILABLE);
    }
    for (const session of this.#sessions.all) session.ask("fail");
  }

  #repeat(seat: number): void {
    this.#openings.waiting.repeat(seat);
    this.#sessions.at(seat)?.repeatRequest(REPEATED_REQUEST);
  }

  /** First those who have to go are gone, then the new one begins. */
  #open(order: OpenOrder): void {
    const { evicts, peer, sparesAnswered } = order;
    if (this.#sessions.isDraining) {
      return this.#openings.refuse(order, undefined);
    }
    // Before anything else ends, for whoever has no room ends nothing.
    if (evicts !== undefined && !this.#letGo(evicts, sparesAnswered)) {
      return this.#openings.leave(order, "no room");
    }
    // A client that changes its mind twice leaves one that has not begun.
    const waiting = this.#openings.waiting.of(peer);
    if (waiting !== undefined) this.#openings.refuse(waiting, undefined);
    this.#openings.waiting.add(order);
    const before = this.#sessions.latestOf(peer);
    if (before === undefined) return this.#openings.begin(order);
    // Somebody else has guessed the port; the client, if it begins anew, sends no
    // more blocks and asks again.
    if (before.isLively) return this.#openings.refuse(order, undefined);
    this.#sessions.whenClosed(before, () => this.#openings.begin(order));
    before.ask("supersede");
  }

  /** @returns Whether the seat could be spared. */
  #letGo(seat: number, sparesAnswered: boolean): boolean {
    const waiting = this.#openings.waiting.at(seat);
    if (waiting === undefined) {
      const session = this.#sessions.at(seat);
      return session === undefined || !sparesAnswered && session.yieldPlace();
    }
    this.#openings.refuse(waiting, undefined);
    return true;
  }

  #tell(news: News): void {
    this.#options.channel.send(news);
  }
}
