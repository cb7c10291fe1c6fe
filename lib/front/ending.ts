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
  /** Has all uploads fail. */
  stopAll(): void;
  /** Called once when they have ended, or only the disk still holds some. */
  onEnded(): void;
}

/** The end, from its beginning on. */
export class Ending {
  readonly #options: EndingOptions;
  #hasEnded = false;
  #cancel: (() => void) | undefined;

  /** Not yet. */
  constructor(options: EndingOptions) {
    this.#options = options;
  }

  /** Gives running uploads so many milliseconds. */
  begin(graceMs: number): void {
    this.#cancel = this.#options.clock.after(graceMs, () => this.hurry());
  }

  /** Ends them at once. */
  hurry(): void {
    const { clock, report, stopAll } = this.#options;
    stopAll();
    if (this.#hasEnded) return;
    this.#cancel?.();
    this.#cancel = clock.after(DISK_WITHIN_MS, () => {
      const message = "the disk does not answer; ending without its word";
      report.add({ kind: "trouble", message });
      this.end();
    });
  }

  /** Takes in that there are no more uploads. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cancel?.();
    this.#options.onEnded();
  }
}
