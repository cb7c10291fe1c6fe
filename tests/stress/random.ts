/**
 * Chance that can be repeated: the same seed makes the same run.
 *
 * @module
 */

/** A generator of random numbers (xorshift32, Marsaglia 2003). */
export class Random {
  /** What to print, and to start from again. */
  readonly seed: number;
  #state: number;

  /** Starts from a seed; 0 counts as 1. */
  constructor(seed: number) {
    this.seed = seed >>> 0;
    // Near seeds would begin alike.
    this.#state = Math.imul(this.seed, 0x9e3779b1) >>> 0 || 1;
  }

  /** A whole number from 0 to 2^32 - 1. */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state;
  }

  /** A whole number below a limit. */
  below(limit: number): number {
    return Math.floor(this.next() / 2 ** 32 * limit);
  }

  /** A whole number in a range, both ends included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** Whether something happens that has a probability. */
  happens(probability: number): boolean {
    return this.next() / 2 ** 32 < probability;
  }

  /** One of several. */
  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** Bytes without a pattern that a lost or repeated block could hide in. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.next();
    return bytes;
  }

  /** A generator of its own, for something that runs beside this one. */
  fork(): Random {
    return new Random(this.next());
  }
}

/** A seed nobody chose. */
export function newSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
}
