/**
 * Virtual time: a queue of what is going to happen. No real time passes.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";

/** Something that happens at a moment, unless it was taken back. */
interface Happening {
  readonly at: number;
  run: (() => void) | undefined;
}

/** The time of one world, in milliseconds from its beginning. */
export class SimulatedClock implements Clock {
  #now = 0;
  /** The next at the end; of two of one moment the first to come. */
  readonly #queue: Happening[] = [];
  /** What is to happen at this very moment, behind all that arrives. */
  #soon: (() => void)[] = [];

  now(): number {
    return this.#now;
  }

  epoch(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const queue = this.#queue;
    const entry: Happening = { at: this.#now + ms, run };
    let index = queue.push(entry) - 1;
    for (; index > 0; index--) {
      const other = queue[index - 1];
      if (other === undefined || other.at > entry.at) break;
      queue[index] = other;
    }
    queue[index] = entry;
    return () => entry.run = undefined;
  }

  soon(run: () => void): void {
    this.#soon.push(run);
  }

  /**
   * Lets everything happen, until nothing is left.
   *
   * @param limit The most happenings before it counts as endless.
   * @returns Whether the world came to rest.
   */
  runToRest(limit: number): boolean {
    for (let count = 0; count < limit; count++) {
      const next = this.#queue.at(-1);
      if (this.#soon.length > 0 && (next?.at ?? Infinity) > this.#now) {
        const due = this.#soon;
        this.#soon = [];
        for (const run of due) run();
        continue;
      }
      if (next === undefined) return true;
      this.#queue.pop();
      if (next.run === undefined) continue;
      this.#now = next.at;
      next.run();
    }
    return false;
  }
}
