/**
 * Notices when all uploads have come that are waited for, and sums up at the end.
 *
 * @module
 */

import {
  awaitUploads,
  type Expectation,
  type Expected,
  foldStored,
  isComplete,
  reportOf,
} from "../policy/expected.ts";
import { plainAddress } from "../policy/address.ts";
import type { Event, Report } from "./event.ts";

/** A report that hands on everything, and more at the end. */
export class ExpectingReport implements Report {
  readonly packets: boolean;
  readonly #report: Report;
  readonly #onComplete: () => void;
  #expected: Expected;

  /**
   * Makes one before another.
   *
   * @param onComplete Called once when all of it has come.
   */
  constructor(
    report: Report,
    expectation: Expectation,
    onComplete: () => void,
  ) {
    this.packets = report.packets;
    this.#report = report;
    this.#onComplete = onComplete;
    this.#expected = awaitUploads(expectation);
  }

  /** Whether all of it has come. */
  get isComplete(): boolean {
    return isComplete(this.#expected);
  }

  /** Takes one event. */
  add(event: Event): void {
    if (event.kind === "stopped") {
      this.#report.add({ kind: "expected", ...reportOf(this.#expected) });
    }
    this.#report.add(event);
    if (event.kind !== "stored") return;
    const { peer, filename, storedName } = event;
    const wasComplete = this.isComplete;
    this.#expected = foldStored(this.#expected, {
      hostname: plainAddress(peer.hostname),
      filename,
      storedName,
    });
    if (this.isComplete && !wasComplete) this.#onComplete();
  }
}
