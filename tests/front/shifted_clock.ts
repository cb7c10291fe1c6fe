/**
 * The real time, but for jumps that a test makes: nobody has to wait.
 *
 * @module
 */

import { SystemClock } from "../../lib/clock.ts";

/** A clock that can be put forward, and may stand still otherwise. */
export class ShiftedClock extends SystemClock {
  readonly #stillAt: number | undefined;
  #shift = 0;
  /** What is to run, and when. */
  readonly #due = new Map<() => void, number>();

  constructor(isStill = false) {
    super();
    // Whole, so that sums of times are exact.
    this.#stillAt = isStill ? Math.round(super.now()) : undefined;
  }

  override now(): number {
    return (this.#stillAt ?? super.now()) + this.#shift;
  }

  override after(ms: number, run: () => void): () => void {
    const cancel = () => {
      cancelReal();
      this.#due.delete(fire);
    };
    const fire = () => {
      cancel();
      run();
    };
    const cancelReal = super.after(ms, fire);
    this.#due.set(fire, this.now() + ms);
    return cancel;
  }

  /** Puts the clock forward; what is due by then runs at once. */
  pass(ms: number): void {
    this.#shift += ms;
    const now = this.now();
    for (const [fire, at] of [...this.#due]) if (at <= now) fire();
  }
}
