/**
 * Chance that can be repeated: everything follows from a seed.
 *
 * @module
 */

/** A sequence of numbers that looks random (mulberry32). */
export class Random {
  /** What to print, and to start from again. */
  readonly seed: number;
  #state: number;

  /** Begins the sequence of a seed. */
  constructor(seed: number) {
    this.seed = seed;
    this.#state = hash(seed, 0, 0, 0);
  }

  /** The next number, from 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ mixed >>> 15, mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** Whether something of this probability, 0 to 1, comes about. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of a list, which must not be empty. */
  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.int(0, list.length - 1)] ?? list[0];
  }

  /** Bytes without a pattern that a lost or repeated block could hide in. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.int(0, 255));
  }

  /** A generator of its own, for something that runs beside this one. */
  fork(): Random {
    return new Random(this.int(0, 2 ** 32 - 1));
  }

  /** As many items as wanted. */
  list<T>(length: number, make: (index: number) => T): T[] {
    return Array.from({ length }, (_, index) => make(index));
  }
}

/**
 * Dice that do not depend on the order in which they are thrown: the fate of
 * one sender's packets stays the same when another sender is taken away.
 *
 * @returns A whole number below 2^32.
 */
export function hash(a: number, b: number, c: number, d: number): number {
  return mix(mix(mix(mix(0x9e3779b9, a), b), c), d) >>> 0;
}

function mix(state: number, word: number): number {
  let mixed = Math.imul(state ^ word, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed + 0x7f4a7c15, 0xc2b2ae35);
  return mixed ^ mixed >>> 16;
}

/** A seed nobody chose. */
export function newSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
}
