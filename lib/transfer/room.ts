/**
 * All uploads of one thread: opens them as the front orders, and ends them.
 *
 * @module
 */

import type { Channel, News, OpenOrder, Order } from "../channel.ts";
import type { Clock } from "../clock.ts";
import { type Peer, plainAddress } from "../policy/address.ts";
import { BUSY } from "../policy/admission.ts";
import { fullBudget, networkOf, spendError } from "../policy/rate.ts";
import { textOf } from "../problem.ts";
import { type Fault, UNAVAILABLE } from "../protocol/drive.ts";
import { ErrorCode, type RequestPacket } from "../protocol/packet.ts";
import type { TransferLimits } from "../protocol/terms.ts";
import type { Machine } from "../protocol/transfer.ts";
import { type Socket, tellDenied } from "../socket.ts";
import { isOutOfDescriptors, RETRY } from "../storage/error.ts";
import { faultOf } from "./fault.ts";
import { Looks, MAX_IN_LINE } from "./looks.ts";
import { Outbox } from "./outbox.ts";
import type { Recorder } from "./recorder.ts";
import { type Part, Session, type SessionContext } from "./session.ts";
import { Sessions } from "./sessions.ts";
import { Waiting } from "./waiting.ts";

/** How often it is told why there are no sockets: every client meets the same. */
const COMPLAIN_EVERY_MS = 60_000;
/** What a transfer does with a repeated request does not depend on its text. */
const REPEATED_REQUEST: RequestPacket = {
  kind: "wrq",
  filename: "",
  mode: "octet",
  options: [],
};

type Refusal = Extract<News, { kind: "refused" }>;

/** What a room works with. */
export interface RoomOptions {
  /** The way to the front. */
  readonly channel: Channel<News, Order>;
  /** The time. */
  readonly clock: Clock;
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
  /** Opens a socket for a client, on the address that it asked. */
  openSocket(order: OpenOrder): Socket;
  /**
   * Looks whether an upload could be stored under its name.
   *
   * @returns Rejects if it cannot.
   */
  openPart(order: OpenOrder): PromiseLike<Part>;
}

/** The uploads of one thread. */
export class Room {
  readonly #options: RoomOptions;
  readonly #context: SessionContext;
  readonly #sessions: Sessions;
  readonly #waiting: Waiting;
  readonly #errors = fullBudget();
  readonly #looks = new Looks();
  #complainedAt = -Infinity;

  /** Begins to obey. */
  constructor(options: RoomOptions) {
    this.#options = options;
    const { channel, clock, machine, limits, recorder, showsPackets } = options;
    const sessions = new Sessions(clock, options.progressMs);
    this.#sessions = sessions;
    this.#waiting = new Waiting(clock);
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
    for (const order of this.#waiting.all) this.#refuse(order, undefined);
  }

  #failAll(): void {
    const { message } = UNAVAILABLE;
    for (const order of this.#waiting.all) {
      this.#refuse(order, message, UNAVAILABLE);
    }
    for (const session of this.#sessions.all) session.ask("fail");
  }

  #repeat(seat: number): void {
    this.#waiting.repeat(seat);
    this.#sessions.at(seat)?.repeatRequest(REPEATED_REQUEST);
  }

  /** First those who have to go are gone, then the new one begins. */
  #open(order: OpenOrder): void {
    const { evicts, peer, sparesAnswered } = order;
    if (this.#sessions.isDraining) return this.#refuse(order, undefined);
    // Before anything else ends, for whoever has no room ends nothing.
    if (evicts !== undefined && !this.#letGo(evicts, sparesAnswered)) {
      return this.#leave(order, "no room");
    }
    // A client that changes its mind twice leaves one that has not begun.
    const waiting = this.#waiting.of(peer);
    if (waiting !== undefined) this.#refuse(waiting, undefined);
    this.#waiting.add(order);
    const before = this.#sessions.latestOf(peer);
    if (before === undefined) return this.#openPart(order);
    // Somebody else has guessed the port; the client, if it begins anew, sends no
    // more blocks and asks again.
    if (before.isLively) return this.#refuse(order, undefined);
    this.#sessions.whenClosed(before, () => this.#openPart(order));
    before.ask("supersede");
  }

  /** @returns Whether the seat could be spared. */
  #letGo(seat: number, sparesAnswered: boolean): boolean {
    const waiting = this.#waiting.at(seat);
    if (waiting === undefined) {
      const session = this.#sessions.at(seat);
      return session === undefined || !sparesAnswered && session.yieldPlace();
    }
    this.#refuse(waiting, undefined);
    return true;
  }

  #openPart(order: OpenOrder): void {
    if (this.#waiting.at(order.seat) === undefined) return;
    if (this.#looks.isFull) {
      return this.#refuse(order, `${MAX_IN_LINE} requests wait for the disk`);
    }
    const { peer, seat } = order;
    this.#looks.add(seat, networkAt(peer), () => this.#look(order));
  }

  #look(order: OpenOrder): PromiseLike<void> | undefined {
    if (!this.#isAwaited(order)) return undefined;
    return this.#options.openPart(order).then(
      (part) => {
        if (this.#isAwaited(order)) this.#openSocket(order, part, RETRY.tries);
      },
      (error) => {
        if (!this.#isAwaited(order)) return;
        const { code, message } = faultOf(error);
        this.#refuse(order, (error as Error).message, { code, message });
      },
    );
  }

  /** Whether an answer of the disk is still of use to anybody. */
  #isAwaited(order: OpenOrder): boolean {
    if (this.#waiting.at(order.seat) === undefined) return false;
    const hasGone = this.#waiting.hasGone(order);
    if (hasGone) this.#refuse(order, undefined);
    return !hasGone;
  }

  #openSocket(order: OpenOrder, part: Part, tries: number): void {
    const { clock } = this.#options;
    if (this.#waiting.at(order.seat) === undefined) return;
    let socket: Socket;
    try {
      socket = this.#options.openSocket(order);
    } catch (error) {
      const isFull = isOutOfDescriptors(error);
      if (!isFull) this.#complain(error);
      if (!isFull || tries === 1) return this.#refuse(order, BUSY);
      this.#tell({ kind: "exhausted", seat: order.seat });
      clock.after(
        RETRY.everyMs,
        () => this.#openSocket(order, part, tries - 1),
      );
      return;
    }
    this.#forget(order);
    const session = new Session(order, socket, part, this.#context);
    this.#sessions.add(session);
  }

  #complain(error: unknown): void {
    const now = this.#options.clock.now();
    if (now - this.#complainedAt < COMPLAIN_EVERY_MS) return;
    this.#complainedAt = now;
    const reason = textOf(error);
    const message = `cannot open a port for uploads: ${reason}`;
    this.#tell({ kind: "trouble", message });
  }

  /**
   * Tells the front that there is no upload.
   *
   * @param reason Why, for the operator; `undefined` if it is not worth a word,
   * neither to the operator nor to the client.
   */
  #refuse(
    order: OpenOrder,
    reason: string | undefined,
    fault: Fault = { code: ErrorCode.NOT_DEFINED, message: BUSY },
  ): void {
    this.#leave(
      order,
      reason === undefined ? undefined : { ...fault, reason },
    );
  }

  #leave(order: OpenOrder, told: Refusal["told"]): void {
    this.#forget(order);
    this.#tell({ kind: "refused", seat: order.seat, told });
  }

  /** It waits no longer. */
  #forget(order: OpenOrder): void {
    this.#waiting.remove(order);
    this.#looks.remove(order.seat, networkAt(order.peer));
  }

  #tell(news: News): void {
    this.#options.channel.send(news);
  }
}

function networkAt({ hostname }: Peer): string {
  return networkOf(plainAddress(hostname));
}
