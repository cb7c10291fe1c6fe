/**
 * Time that stands still until a test lets it pass.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";

/** A clock that begins at 100000 ms. */
export class ManualClock implements Clock {
  #now = 100_000;
  #soon: (() => void)[] = [];
  readonly #timers = new Map<() => void, number>();

  now(): number {
    return this.#now;
  }

  epoch(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const fire = () => {
      this.#timers.delete(fire);
      run();
    };
    this.#timers.set(fire, this.#now + ms);
    return () => this.#timers.delete(fire);
  }

  soon(run: () => void): void {
    this.#soon.push(run);
  }

  /** Lets everything happen that is due. */
  settle(): void {
    while (this.#soon.length > 0) {
      const due = this.#soon;
      this.#soon = [];
      for (const run of due) run();
    }
  }

  /** Lets time pass, in steps. */
  pass(ms: number, step = ms): void {
    for (const until = this.#now + ms; this.#now < until;) {
      this.#now = Math.min(until, this.#now + step);
      for (const [fire, at] of [...this.#timers]) {
        if (at <= this.#now) fire();
      }
      this.settle();
    }
  }
}
