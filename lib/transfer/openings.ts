/**
 * Requests on their way to an upload: each waits until the one before it from the
 * same port has ended, for the disk, and for a socket.
 *
 * @module
 */

import type { News, OpenOrder } from "../channel.ts";
import type { Clock } from "../clock.ts";
import { type Peer, plainAddress } from "../policy/address.ts";
import { BUSY } from "../policy/admission.ts";
import { networkOf } from "../policy/rate.ts";
import { textOf } from "../problem.ts";
import type { Fault } from "../protocol/drive.ts";
import { ErrorCode } from "../protocol/packet.ts";
import type { Socket } from "../socket.ts";
import { isOutOfDescriptors, RETRY } from "../storage/error.ts";
import { faultOf } from "./fault.ts";
import { Looks, MAX_IN_LINE } from "./looks.ts";
import type { Part } from "./session.ts";
import { Waiting } from "./waiting.ts";

/** How often it is told why there are no sockets: every client meets the same. */
const COMPLAIN_EVERY_MS = 60_000;

/** What requests need to become uploads. */
export interface OpeningsOptions {
  /** The time. */
  readonly clock: Clock;
  /** Opens a socket for a client, on the address that it asked. */
  openSocket(order: OpenOrder): Socket;
  /**
   * Looks whether an upload could be stored under its name.
   *
   * @returns Rejects if it cannot.
   */
  openPart(order: OpenOrder): PromiseLike<Part>;
  /** Tells the front. */
  tell(news: News): void;
  /** Called with what there is for an upload now. */
  onOpen(order: OpenOrder, socket: Socket, part: Part): void;
}

/** Requests on their way. */
export class Openings {
  /** Those who wait. */
  readonly waiting: Waiting;
  readonly #options: OpeningsOptions;
  readonly #looks = new Looks();
  #complainedAt = -Infinity;

  /** None yet. */
  constructor(options: OpeningsOptions) {
    this.#options = options;
    this.waiting = new Waiting(options.clock);
  }

  /** Goes on with one that waits, once the upload before it has ended. */
  begin(order: OpenOrder): void {
    if (this.waiting.at(order.seat) === undefined) return;
    if (this.#looks.isFull) {
      return this.refuse(order, `${MAX_IN_LINE} requests wait for the disk`);
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
        this.refuse(order, (error as Error).message, { code, message });
      },
    );
  }

  /** Whether an answer of the disk is still of use to anybody. */
  #isAwaited(order: OpenOrder): boolean {
    if (this.waiting.at(order.seat) === undefined) return false;
    const hasGone = this.waiting.hasGone(order);
    if (hasGone) this.refuse(order, undefined);
    return !hasGone;
  }

  #openSocket(order: OpenOrder, part: Part, tries: number): void {
    const { clock } = this.#options;
    if (this.waiting.at(order.seat) === undefined) return;
    let socket: Socket;
    try {
      socket = this.#options.openSocket(order);
    } catch (error) {
      const isFull = isOutOfDescriptors(error);
      if (!isFull) this.#complain(error);
      if (!isFull || tries === 1) return this.refuse(order, BUSY);
      this.#options.tell({ kind: "exhausted", seat: order.seat });
      clock.after(
        RETRY.everyMs,
        () => this.#openSocket(order, part, tries - 1),
      );
      return;
    }
    this.#forget(order);
    this.#options.onOpen(order, socket, part);
  }

  #complain(error: unknown): void {
    const now = this.#options.clock.now();
    if (now - this.#complainedAt < COMPLAIN_EVERY_MS) return;
    this.#complainedAt = now;
    const message = `cannot open a port for uploads: ${textOf(error)}`;
    this.#options.tell({ kind: "trouble", message });
  }

  /**
   * Tells the front that there is no upload.
   *
   * @param reason Why, for the operator; `undefined` if it is not worth a word,
   * neither to the operator nor to the client.
   */
  refuse(
    order: OpenOrder,
    reason: string | undefined,
    fault: Fault = { code: ErrorCode.NOT_DEFINED, message: BUSY },
  ): void {
    this.leave(
      order,
      reason === undefined ? undefined : { ...fault, reason },
    );
  }

  /**
   * Lets one go that waits, or was never added.
   *
   * @param told What the front is to make of it; nothing if it is `undefined`.
   */
  leave(
    order: OpenOrder,
    told: Extract<News, { kind: "refused" }>["told"],
  ): void {
    this.#forget(order);
    this.#options.tell({ kind: "refused", seat: order.seat, told });
  }

  /** It waits no longer. */
  #forget(order: OpenOrder): void {
    this.waiting.remove(order);
    this.#looks.remove(order.seat, networkAt(order.peer));
  }
}

function networkAt({ hostname }: Peer): string {
  return networkOf(plainAddress(hostname));
}
