/**
 * What is told of one upload: to the front as it goes on, and in its receipt.
 *
 * @module
 */

import type { News, OpenOrder } from "../channel.ts";
import type { Clock } from "../clock.ts";
import { PROGRESS_MS } from "../policy/repetition.ts";
import type { Failure, Transfer } from "../protocol/transfer_state.ts";
import type { Stored } from "../storage/names.ts";
import type { Outcome, Recorder } from "./recorder.ts";
import { Tally } from "./tally.ts";

/** Who is told, and when it is. */
export interface AccountContext {
  /** The time. */
  readonly clock: Clock;
  /** Writes receipts, if they are wanted. */
  readonly recorder: Recorder | undefined;
  /** Tells the front. */
  tell(news: News): void;
}

/** The account of one upload. */
export class Account {
  /** Its packets. */
  readonly tally: Tally = new Tally();
  /** What went wrong in storage, for the operator. */
  trouble: string | undefined;
  readonly #order: OpenOrder;
  readonly #context: AccountContext;
  #toldBytes = 0;
  #toldAt = -Infinity;

  /** Nothing is told yet. */
  constructor(order: OpenOrder, context: AccountContext) {
    this.#order = order;
    this.#context = context;
  }

  /** Tells that the request is answered, a block came, or all is over. */
  tell(kind: "accepted" | "proven" | "closed"): void {
    this.#context.tell({ kind, seat: this.#order.seat });
  }

  /** Tells how far the upload is, if it went on since. */
  tellProgress({ bytes, phase }: Transfer, now: number): void {
    if (phase !== "receiving" || bytes === this.#toldBytes) return;
    this.#toldBytes = bytes;
    this.#toldAt = now;
    const { seat } = this.#order;
    this.#context.tell({ kind: "progress", seat, bytes });
  }

  /** The same after a silence, for it shows that the client is still there. */
  tellAlive(transfer: Transfer, now: number): void {
    if (now - this.#toldAt >= PROGRESS_MS) this.tellProgress(transfer, now);
  }

  /**
   * Tells that the file is stored.
   *
   * @returns What to wait for: the receipt is on disk before anybody is told.
   */
  tellStored(transfer: Transfer, stored: Stored): PromiseLike<void> | void {
    const { recorder, tell } = this.#context;
    const { name: storedName, replacedBytes } = stored;
    const tellFront = () =>
      tell({
        kind: "stored",
        seat: this.#order.seat,
        ...{ storedName, replacedBytes },
        ...this.#sum(transfer),
      });
    if (recorder === undefined) return tellFront();
    return recorder.addStored(this.#order, this.#sum(transfer), stored)
      .then(tellFront);
  }

  /** Tells that there will be no file. */
  tellFailed(transfer: Transfer, why: Failure): void {
    const { recorder, tell } = this.#context;
    const { tally: { errorCode: code }, trouble } = this;
    const sum = this.#sum(transfer);
    const { seat } = this.#order;
    tell({ kind: "failed", seat, ...sum, why, trouble, code });
    // Requests without a block may be forged, and would fill the disk.
    if (transfer.block === 0) return;
    recorder?.addFailed(this.#order, sum, why, trouble);
  }

  #sum(transfer: Transfer): Outcome {
    const { bytes, openedAt } = transfer;
    const seconds = (this.#context.clock.now() - openedAt) / 1_000;
    return { bytes, seconds, counts: this.tally.of(transfer) };
  }
}
