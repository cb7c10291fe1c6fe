/**
 * What is due when, for thousands of sessions at the cost of one: a wheel of
 * short intervals, each with those that want to be woken in it.
 *
 * Looking at every session a hundred times a second would take longer than
 * serving them.
 *
 * @module
 */

/** Things that want to be woken at some time. */
export class Deadlines<T> {
  readonly #intervalMs: number;
  readonly #due = new Map<number, T[]>();
  /** The last interval that is over. */
  #passed: number;

  /**
   * Prepares a wheel.
   *
   * @param intervalMs How fine time is measured.
   * @param now The present.
   */
  constructor(intervalMs: number, now: number) {
    this.#intervalMs = intervalMs;
    this.#passed = Math.floor(now / intervalMs);
  }

  /**
   * Notes when a thing wants to be woken; up to an interval later it is.
   * Adding it again does not take back the earlier time.
   *
   * @param thing The thing.
   * @param at The time; infinite for never.
   */
  add(thing: T, at: number): void {
    if (at === Infinity) return;
    const slot = Math.max(Math.ceil(at / this.#intervalMs), this.#passed + 1);
    const others = this.#due.get(slot);
    if (others === undefined) this.#due.set(slot, [thing]);
    else others.push(thing);
  }

  /**
   * Takes out all that is due.
   *
   * @param now The present; it never goes back.
   */
  take(now: number): T[] {
    const present = Math.floor(now / this.#intervalMs);
    const taken: T[] = [];
    for (const slot of this.#slotsUntil(present)) {
      for (const thing of this.#due.get(slot) ?? []) taken.push(thing);
      this.#due.delete(slot);
    }
    this.#passed = Math.max(this.#passed, present);
    return taken;
  }

  /** After a long rest there are fewer slots in use than have passed. */
  #slotsUntil(present: number): number[] {
    const passed = Math.max(0, present - this.#passed);
    return passed < this.#due.size
      ? Array.from({ length: passed }, (_, i) => this.#passed + 1 + i)
      : [...this.#due.keys()].filter((slot) => slot <= present);
  }
}
