/**
 * Writes the receipts of one thread's uploads.
 *
 * @module
 */

import type { OpenOrder } from "../channel.ts";
import type { Clock } from "../clock.ts";
import { plainAddress } from "../policy/address.ts";
import type { Counts } from "../protocol/counts.ts";
import type { Failure } from "../protocol/transfer_state.ts";
import { describeFailure } from "../report/failure_text.ts";
import { countFields, jsonText, rounded } from "../report/json_text.ts";
import { optionsOf, type Receipt } from "../report/receipt.ts";
import type { Stored } from "../storage/names.ts";
import type { ReceiptLog } from "../storage/receipt_log.ts";

/** What an upload came to. */
export interface Outcome {
  /** Bytes received. */
  readonly bytes: number;
  /** How long it took. */
  readonly seconds: number;
  /** Its packets. */
  readonly counts: Counts;
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
      "stored_name": name,
      sha256,
    };
    return this.#log.add(jsonText(receipt));
  }

  /**
   * Writes down that there is no file; nobody waits for that.
   *
   * @param trouble Details for the operator when storage is to blame.
   */
  addFailed(
    order: OpenOrder,
    outcome: Outcome,
    why: Failure,
    trouble: string | undefined,
  ): void {
    const receipt: Receipt = {
      ...this.#receiptOf(order, outcome),
      failure: why.kind,
      reason: describeFailure(why),
      trouble,
    };
    this.#log.add(jsonText(receipt)).catch(() => {});
  }

  /** Goes on in a new file, because the old one was moved away. */
  reopen(): void {
    this.#log.reopen();
  }

  #receiptOf(
    { accepted, peer }: OpenOrder,
    { bytes, counts, seconds }: Outcome,
  ): Receipt {
    return {
      time: new Date(this.#clock.epoch()).toISOString(),
      verdict: "failed",
      client: plainAddress(peer.hostname),
      client_port: peer.port,
      name: accepted.filename,
      bytes,
      seconds: rounded(seconds),
      options_asked: optionsOf(accepted.asked),
      options_granted: optionsOf(accepted.terms.accepted),
      ...countFields(counts),
    };
  }
}
