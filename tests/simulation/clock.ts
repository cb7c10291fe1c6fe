/**
 * Virtual time: a queue of what is going to happen. No real time passes.
 *
 * @module
 */

/** Something that happens at a moment. */
interface Happening {
  readonly at: number;
  /** Decides between two of the same moment: first come, first served. */
  readonly order: number;
  readonly run: () => void;
}

/** The time of one world, in whole milliseconds from its beginning. */
export class Clock {
  #now = 0;
  #scheduled = 0;
  /** A binary heap, the earliest first. */
  readonly #heap: Happening[] = [];

  /** The present. */
  get now(): number {
    return this.#now;
  }

  /**
   * Lets something happen later.
   *
   * @param ms How much later, 0 or more.
   * @param run What happens.
   */
  after(ms: number, run: () => void): void {
    const entry = { at: this.#now + ms, order: this.#scheduled++, run };
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, entry)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  }

  /**
   * Lets everything happen, until nothing is left.
   *
   * @param limit The most happenings before it counts as endless.
   * @returns Whether the world came to rest.
   */
  runToRest(limit: number): boolean {
    for (let count = 0; count < limit; count++) {
      const next = this.#take();
      if (next === undefined) return true;
      this.#now = next.at;
      next.run();
    }
    return false;
  }

  #take(): Happening | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      const left = heap[below];
      const right = heap[below + 1];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) below++;
      const child = heap[below];
      if (child === undefined || isBefore(last, child)) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Happening, b: Happening): boolean {
  return a.at < b.at || a.at === b.at && a.order < b.order;
}
