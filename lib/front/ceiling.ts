/**
 * How many uploads there can be, as the system has shown: when it gives no more
 * descriptors, those worth least give theirs up, and fewer are taken for a while.
 *
 * @module
 */

import type { Rules } from "../policy/decision.ts";
import type { Seat, Seats } from "../policy/seats.ts";

/** So many uploads go at once that can be spared. */
const EVICTED_AT_ONCE = 16;
/** Threads ask again and again for descriptors; once in this time is enough. */
const EVICT_EVERY_MS = 20;
/** So long fewer uploads are taken than asked for, then it is tried again. */
const LASTS_MS = 60_000;

/** The ceiling of one server. */
export class Ceiling {
  readonly #wanted: Rules;
  #rules: Rules;
  #loweredAt = -Infinity;

  /** As high as the operator wants. */
  constructor(rules: Rules) {
    this.#wanted = rules;
    this.#rules = rules;
  }

  /** What holds now. */
  rulesAt(now: number): Rules {
    if (now - this.#loweredAt > LASTS_MS) this.#rules = this.#wanted;
    return this.#rules;
  }

  /**
   * Takes in that there are no more descriptors.
   *
   * @param asking The seat that wants a socket, if it is one.
   * @returns Who has to give his up.
   */
  lower(
    { ended, halfOpen, strangers, taken }: Seats,
    asking: number | undefined,
    now: number,
  ): readonly Seat[] {
    if (now - this.#loweredAt < EVICT_EVERY_MS) return [];
    this.#loweredAt = now;
    const spare = [...new Set([...ended, ...strangers, ...halfOpen])]
      .filter(({ isOpen }) => isOpen);
    const giving = spare.slice(0, EVICTED_AT_ONCE);
    const left = taken - giving.filter(({ isCounted }) => isCounted).length;
    // Where nobody can be spared, the one who asks is one too many.
    const excess = spare.length === 0 && asking !== undefined ? 1 : 0;
    const ceiling = Math.max(1, left - excess);
    const maxTransfers = Math.min(ceiling, this.#wanted.maxTransfers);
    this.#rules = { ...this.#wanted, maxTransfers };
    return giving;
  }
}
