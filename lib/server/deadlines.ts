/**
 * What is due when, for thousands of sessions at the cost of one: a wheel of
 * short intervals, each with those that want to be woken in it.
 *
 * Looking at every session a hundred times a second would take longer than
 * serving them.
 *
 * @module
 */

/** Things that want to be woken at some time, each at most once. */
export class Deadlines<T> {
  readonly #intervalMs: number;
  readonly #due = new Map<number, Set<T>>();
  readonly #slots = new Map<T, number>();
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
   * Notes that a thing wants to be woken at a time, or up to an interval later.
   * If it is to be woken earlier anyway, that stands: deadlines mostly move
   * away, and whoever is woken too early asks again.
   *
   * @param thing The thing.
   * @param at The time; infinite for never.
   */
  add(thing: T, at: number): void {
    if (at === Infinity) return;
    const slot = Math.max(Math.ceil(at / this.#intervalMs), this.#passed + 1);
    const before = this.#slots.get(thing);
    if (before !== undefined && before <= slot) return;
    this.delete(thing);
    this.#slots.set(thing, slot);
    const others = this.#due.get(slot);
    if (others === undefined) this.#due.set(slot, new Set([thing]));
    else others.add(thing);
  }

  /** Forgets a thing. */
  delete(thing: T): void {
    const slot = this.#slots.get(thing);
    if (slot === undefined) return;
    this.#slots.delete(thing);
    const others = this.#due.get(slot);
    others?.delete(thing);
    if (others?.size === 0) this.#due.delete(slot);
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
      for (const thing of this.#due.get(slot) ?? []) {
        this.#slots.delete(thing);
        taken.push(thing);
      }
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
