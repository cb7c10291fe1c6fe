/**
 * Looks at the disk that requests wait for: few at a time, for in the system's
 * queue those that are running write behind them; the others wait in line.
 *
 * Each network has a line of its own, and they take turns: a flood of one waits
 * for itself.
 *
 * @module
 */

/** As many as the thread pool of Deno serves at once. */
export const MAX_LOOKS = 32;
/**
 * In line: as many requests as are served at once, 2 kB each. Only a disk that
 * stands still has more of them, and they would fill the memory.
 */
export const MAX_IN_LINE = 10_000;

/**
 * A look at the disk.
 *
 * @returns What to wait for; `undefined` if nobody needs the look any more.
 */
export type Look = () => PromiseLike<void> | undefined;

/** Looks at the disk, and those that are to come. */
export class Looks {
  #running = 0;
  #waiting = 0;
  /** By network and seat; those whose turn it is in front, in all of them. */
  readonly #lines = new Map<string, Map<number, Look>>();

  /** Whether no more can wait. */
  get isFull(): boolean {
    return this.#waiting >= MAX_IN_LINE;
  }

  /** Looks as soon as it is this one's turn. */
  add(seat: number, network: string, look: Look): void {
    const line = this.#lines.get(network) ?? new Map<number, Look>();
    line.set(seat, look);
    this.#lines.set(network, line);
    this.#waiting++;
    this.#goOn();
  }

  /** Takes one out of the line, if it is there; what has begun goes on. */
  remove(seat: number, network: string): void {
    const line = this.#lines.get(network);
    if (!line?.delete(seat)) return;
    if (line.size === 0) this.#lines.delete(network);
    this.#waiting--;
  }

  #goOn(): void {
    while (this.#running < MAX_LOOKS) {
      const look = this.#next();
      if (look === undefined) return;
      const wait = look();
      if (wait === undefined) continue;
      this.#running++;
      wait.then(() => {
        this.#running--;
        this.#goOn();
      });
    }
  }

  #next(): Look | undefined {
    for (const [network, line] of this.#lines) {
      // To the end, for now it is the others' turn.
      this.#lines.delete(network);
      if (line.size > 1) this.#lines.set(network, line);
      for (const [seat, look] of line) {
        line.delete(seat);
        this.#waiting--;
        return look;
      }
    }
    return undefined;
  }
}
