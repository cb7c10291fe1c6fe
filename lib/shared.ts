/**
 * The few numbers that all threads see at once.
 *
 * @module
 */

const FREE_BYTES = 0;
const BUFFER_BYTES = 1;
const CELLS = 2;
const UNKNOWN = -1n << 63n;

/** Numbers in memory that all threads share. */
export class Shared {
  /** To be handed to another thread, which makes its own view of it. */
  readonly memory: SharedArrayBuffer;
  readonly #cells: BigInt64Array;

  /** Makes a view of the memory of another thread, or new memory. */
  constructor(
    memory: SharedArrayBuffer = new SharedArrayBuffer(
      CELLS * BigInt64Array.BYTES_PER_ELEMENT,
    ),
  ) {
    this.memory = memory;
    this.#cells = new BigInt64Array(memory);
  }

  /**
   * Bytes that may be written before the disk is as full as it may get, negative
   * beyond; `undefined` if nobody knows.
   */
  get freeBytes(): number | undefined {
    const cell = Atomics.load(this.#cells, FREE_BYTES);
    return cell === UNKNOWN ? undefined : Number(cell);
  }

  set freeBytes(bytes: number | undefined) {
    const cell = bytes === undefined ? UNKNOWN : BigInt(Math.trunc(bytes));
    Atomics.store(this.#cells, FREE_BYTES, cell);
  }

  /**
   * Takes from the free bytes.
   *
   * @param bytes How many are to be written.
   * @returns How many are missing for that; 0 if they are taken.
   */
  takeFree(bytes: number): number {
    const wanted = BigInt(bytes);
    while (true) {
      const free = Atomics.load(this.#cells, FREE_BYTES);
      if (free === UNKNOWN) return 0;
      if (free < wanted) return bytes - Number(free);
      const left = free - wanted;
      const found = Atomics.compareExchange(
        ...[this.#cells, FREE_BYTES, free, left] as const,
      );
      if (found === free) return 0;
    }
  }

  /** Memory that buffers of all uploads take up, bytes. */
  get bufferBytes(): number {
    return Number(Atomics.load(this.#cells, BUFFER_BYTES));
  }

  /** Counts a buffer that is made, or one that is gone as less than nothing. */
  countBuffer(bytes: number): void {
    Atomics.add(this.#cells, BUFFER_BYTES, BigInt(bytes));
  }
}
