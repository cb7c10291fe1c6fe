/**
 * What is gathered of one file before it is written: two buffers, one that is
 * filled while the other is written, as large as the memory allows.
 *
 * @module
 */

/** Memory for buffers: as much as is wanted, little, or none. */
export type Memory = "ample" | "short" | "none";

/** Where buffers come from. */
export interface BufferSource {
  /** How much memory there is for more of them. */
  readonly memory: Memory;
  /** Counts a buffer that is made, or one that is gone as less than nothing. */
  countBuffer(bytes: number): void;
}

/** The first buffer grows in small steps: thousands of them fit in memory. */
const STEP_BYTES = 4 * 1024;
/** Smaller files, most configurations and logs, are written in one go. */
const FIRST_WRITE_BYTES = 128 * 1024;
/** A write costs 150 us however small; beyond this, larger gains nothing. */
const MAX_BUFFER_BYTES = 256 * 1024;
/** What no longer has a buffer. */
const NOTHING = new Uint8Array(0);

/** The buffers of one file. */
export class Buffers {
  readonly #source: BufferSource;
  /** What is being gathered. */
  #buffer = NOTHING;
  #used = 0;
  /** The other buffer, while none is being written. */
  #spare: Uint8Array<ArrayBuffer> | undefined;

  /** There are none yet. */
  constructor(source: BufferSource) {
    this.#source = source;
  }

  /** What is gathered; a view until the next change. */
  get gathered(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#used);
  }

  /** Whether so many bytes more have room. */
  fits(length: number): boolean {
    return this.#used + length <= this.#buffer.length;
  }

  /** Copies bytes, which have room, to the end of what is gathered. */
  add(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /**
   * Makes the first buffer larger, as long as it is a small one.
   *
   * @returns Whether so many bytes more have room by now.
   */
  grow(length: number): boolean {
    const needed = this.#used + length;
    // Later ones are larger from the start, and full.
    if (needed > FIRST_WRITE_BYTES || this.#spare !== undefined) return false;
    const isAmple = this.#source.memory === "ample";
    if (this.#used > 0 && !isAmple) return false;
    const step = Math.max(STEP_BYTES, Math.floor(this.#used / 4));
    const size = isAmple
      ? Math.min(needed + step, FIRST_WRITE_BYTES)
      : Math.max(needed, STEP_BYTES);
    if (this.#buffer.length === 0) {
      this.#buffer = this.#make(size);
      return true;
    }
    this.#source.countBuffer(size - this.#buffer.length);
    // Unlike a copy, this frees the old one at once.
    this.#buffer = new Uint8Array(this.#buffer.buffer.transfer(size));
    return true;
  }

  /**
   * Goes on in the other buffer; without memory for a second one there is none to
   * go on in until the first one is given back.
   *
   * @param length How many bytes are to have room next.
   * @returns What is to be written, if anything was gathered; to be given back
   * with {@linkcode giveBack}.
   */
  swap(length: number): Uint8Array<ArrayBuffer> | undefined {
    const full = this.#buffer;
    const { gathered } = this;
    const spare = this.#spare ?? NOTHING;
    const { memory } = this.#source;
    const isAmple = memory === "ample";
    const isUsed = gathered.length > 0;
    this.#used = 0;
    this.#buffer = NOTHING;
    this.#spare = undefined;
    if (!isUsed) this.#free(full);
    const larger = Math.min(2 * full.length, MAX_BUFFER_BYTES);
    const wanted = isAmple
      ? Math.max(length, larger, FIRST_WRITE_BYTES)
      : Math.max(length, STEP_BYTES);
    const isFit = isAmple ? spare.length >= wanted : spare.length === wanted;
    const mustWait = memory === "none" && isUsed;
    if (isFit && !mustWait) this.#buffer = spare;
    else this.#free(spare);
    if (!isFit && !mustWait) this.#buffer = this.#make(wanted);
    return isUsed ? gathered : undefined;
  }

  /** Takes back what {@linkcode swap} gave out, for the next time. */
  giveBack({ buffer }: Uint8Array<ArrayBuffer>): void {
    this.#spare = new Uint8Array(buffer);
  }

  /** Frees all of it: an upload may dally for long, and others need memory. */
  release(): void {
    this.#free(this.#buffer);
    this.#free(this.#spare ?? NOTHING);
    this.#buffer = NOTHING;
    this.#used = 0;
    this.#spare = undefined;
  }

  #make(length: number): Uint8Array<ArrayBuffer> {
    this.#source.countBuffer(length);
    return new Uint8Array(length);
  }

  /** At once, and not when the garbage is collected: others wait for memory. */
  #free(buffer: Uint8Array<ArrayBuffer>): void {
    if (buffer.length === 0) return;
    this.#source.countBuffer(-buffer.length);
    buffer.buffer.transfer(0);
  }
}
