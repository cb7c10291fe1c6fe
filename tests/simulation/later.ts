/**
 * A promise of virtual time: whoever waits goes on at the very moment it
 * settles, so no turn of the event loop is needed and every run is the same.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { Violation } from "./violation.ts";

/** Something that will be known later. */
export class Later<T> implements PromiseLike<T> {
  /** Returns the value, or throws. */
  #outcome: (() => T) | undefined;
  readonly #waiting: ((outcome: () => T) => void)[] = [];

  /**
   * Settles it as a function ends. If it throws and nobody waits, this throws.
   */
  settle(finish: () => T | PromiseLike<T>): void {
    try {
      const value = finish();
      if (isThenable(value)) {
        value.then((it) => this.settle(() => it), (error) => this.#fail(error));
      } else this.#pass(() => value);
    } catch (error) {
      if (this.#outcome !== undefined || error instanceof Violation) {
        throw error;
      }
      this.#fail(error);
    }
  }

  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Later<A | B> {
    const next = new Later<A | B>();
    const go = (outcome: () => T) =>
      next.settle(() => {
        let value: T;
        try {
          value = outcome();
        } catch (error) {
          if (!onError) throw error;
          return onError(error);
        }
        // Without a function the value goes on as it is: A is T.
        return onValue ? onValue(value) : value as unknown as A;
      });
    if (this.#outcome === undefined) this.#waiting.push(go);
    else go(this.#outcome);
    return next;
  }

  #fail(error: unknown): void {
    if (this.#waiting.length === 0) throw error;
    this.#pass(() => {
      throw error;
    });
  }

  #pass(outcome: () => T): void {
    this.#outcome = outcome;
    for (const go of this.#waiting) go(outcome);
  }
}

/**
 * Lets something be known after a while.
 *
 * @param clock The time.
 * @param ms The while.
 * @param finish Is called then; if it throws, so ends the wait.
 */
export function later<T>(clock: Clock, ms: number, finish: () => T): Later<T> {
  const result = new Later<T>();
  clock.after(ms, () => result.settle(finish));
  return result;
}

function isThenable<T>(it: T | PromiseLike<T>): it is PromiseLike<T> {
  return typeof it === "object" && it !== null && "then" in it;
}
