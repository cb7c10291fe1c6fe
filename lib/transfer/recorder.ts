/**
 * Writes the receipts of one thread's uploads.
 *
 * @module
 */

import type { OpenOrder } from "../channel.ts";
import type { Clock } from "../clock.ts";
import { plainAddress } from "../policy/address.ts";
import { optionsOf, type Receipt } from "../report/receipt.ts";
import type { Stored } from "../storage/names.ts";
import type { ReceiptLog } from "../storage/receipt_log.ts";

/** What an upload came to. */
export interface Outcome {
  /** Bytes received. */
  readonly bytes: number;
  /** How long it took. */
  readonly seconds: number;
  /** Blocks received in order. */
  readonly blocks: number;
}

/** Writes receipts. */
export class Recorder {
  readonly #log: ReceiptLog;
  readonly #clock: Clock;

  /** Makes one that writes to a log. */
  constructor(log: ReceiptLog, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /**
   * Writes down that a file is stored.
   *
   * @returns Resolves when that is on disk; rejects if it cannot be written.
   */
  addStored(
    order: OpenOrder,
    outcome: Outcome,
    { name, sha256 }: Stored,
  ): Promise<void> {
    const receipt: Receipt = {
      ...this.#receiptOf(order, outcome),
      verdict: "stored",
      stored: name,
      sha256: sha256 ?? null,
    };
    return this.#log.add(JSON.stringify(receipt));
  }

  /** Writes down that there is no file; nobody waits for that. */
  addFailed(order: OpenOrder, outcome: Outcome, reason: string): void {
    const receipt = { ...this.#receiptOf(order, outcome), reason };
    this.#log.add(JSON.stringify(receipt)).catch(() => {});
  }

  /** Goes on in a new file, because the old one was moved away. */
  reopen(): void {
    this.#log.reopen();
  }

  #receiptOf(
    { accepted, peer }: OpenOrder,
    { blocks, bytes, seconds }: Outcome,
  ): Receipt {
    return {
      time: new Date(this.#clock.epoch()).toISOString(),
      verdict: "failed",
      client: plainAddress(peer.hostname),
      port: peer.port,
      asked: accepted.filename,
      stored: null,
      bytes,
      sha256: null,
      seconds: Math.round(seconds * 1_000) / 1_000,
      options: optionsOf(accepted.terms.accepted),
      blocks,
      reason: null,
    };
  }
}
