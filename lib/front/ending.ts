/**
 * The end of a server: running uploads get some time, then they fail, and then
 * only the disk is waited for.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { Report } from "../report/event.ts";

/** How long the end waits for a disk that has yet to answer. */
const DISK_WITHIN_MS = 10_000;

/** What ends. */
export interface EndingOptions {
  /** The time. */
  readonly clock: Clock;
  /** Where events go. */
  readonly report: Report;
  /** Whether there are uploads yet. */
  isBusy(): boolean;
  /** Has all uploads fail. */
  stopAll(): void;
  /** Called once when there are no more. */
  onEnded(): void;
}

/** The end, from its beginning on. */
export class Ending {
  readonly #options: EndingOptions;
  #isBegun = false;
  #hasEnded = false;
  #cancel: (() => void) | undefined;

  /** Not yet. */
  constructor(options: EndingOptions) {
    this.#options = options;
  }

  /** Whether no more uploads are taken. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Gives running uploads so many milliseconds. */
  begin(graceMs: number): void {
    this.#isBegun = true;
    this.#cancel = this.#options.clock.after(graceMs, () => this.hurry());
  }

  /** Ends them at once. */
  hurry(): void {
    this.#isBegun = true;
    const { clock, stopAll } = this.#options;
    stopAll();
    if (this.#hasEnded) return;
    this.#cancel?.();
    this.#cancel = clock.after(DISK_WITHIN_MS, () => this.#giveUp());
  }

  /** Looks whether that was the last upload. */
  check(): void {
    if (!this.#isBegun || this.#hasEnded || this.#options.isBusy()) return;
    this.#hasEnded = true;
    this.#cancel?.();
    this.#options.onEnded();
  }

  /** Only a disk that does not answer still holds uploads. */
  #giveUp(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { onEnded, report } = this.#options;
    const message = "the disk does not answer; ending without its word";
    report.add({ kind: "trouble", message });
    onEnded();
  }
}
