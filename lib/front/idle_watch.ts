/**
 * Notices that nothing happens.
 *
 * @module
 */

import type { Clock } from "../clock.ts";

/** As the original program: 101 empty waits of a tenth of a second. */
const IDLE_MS = 10_100;

/** Tells once that nothing has happened for a while, until something does. */
export class IdleWatch {
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  #touchedAt: number;
  /** Stops the watch; `undefined` when it has told. */
  #cancel: (() => void) | undefined;

  /** Begins to watch. */
  constructor(clock: Clock, onIdle: () => void) {
    this.#clock = clock;
    this.#onIdle = onIdle;
    this.#touchedAt = clock.now();
    this.#watch(IDLE_MS);
  }

  /** Something happens; as often as datagrams come, so only a time stamp. */
  touch(): void {
    this.#touchedAt = this.#clock.now();
    if (this.#cancel === undefined) this.#watch(IDLE_MS);
  }

  /** Ends the watch. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = () => {};
  }

  #watch(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      const left = this.#touchedAt + IDLE_MS - this.#clock.now();
      if (left > 0) return this.#watch(left);
      this.#cancel = undefined;
      this.#onIdle();
    });
  }
}
