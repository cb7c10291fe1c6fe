/**
 * A terminal with lines that scroll, and a block below them that is drawn again
 * and again.
 *
 * The cursor always rests where the block begins. So the block goes whatever
 * becomes of the terminal's size meanwhile, and if the program is killed, what
 * comes next is written over it.
 *
 * @module
 */

import { concat, type Sink } from "./log_writer.ts";

/** Removes the block, where the cursor rests at its beginning. */
export const ERASE = "\r\x1b[J";

/** A terminal with a block below its lines. */
export class Screen {
  readonly #sink: Sink;
  readonly #encoder = new TextEncoder();
  #block = "";
  /** Whether the block is on the terminal. */
  #isDrawn = false;
  /** Writes that are under way or wait for one. */
  #writes = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** Makes one of the terminal's own sink. */
  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Writes whole lines above the block; see {@linkcode Sink}. */
  async write(lines: Uint8Array): Promise<number> {
    await this.#write(lines);
    return lines.length;
  }

  /**
   * Draws the block, unless the terminal is busy; then the next line or the next
   * call does.
   *
   * @param lines What to draw; none to have it gone.
   */
  draw(lines: readonly string[]): void {
    this.#block = compose(lines);
    if (this.#writes > 0 || (this.#block === "" && !this.#isDrawn)) return;
    // A terminal that is gone has nothing to show.
    this.#write(undefined).catch(() => {});
  }

  /** One at a time. */
  #write(lines: Uint8Array | undefined): Promise<void> {
    this.#writes++;
    const written = this.#last.then(async () => {
      try {
        await this.#writeAll(this.#compose(lines));
      } finally {
        this.#writes--;
      }
    });
    this.#last = written.catch(() => {});
    return written;
  }

  #compose(lines: Uint8Array | undefined): Uint8Array {
    const erase = this.#isDrawn && (lines !== undefined || this.#block === "");
    this.#isDrawn = this.#block !== "";
    return concat([
      this.#encoder.encode(erase ? ERASE : ""),
      lines ?? new Uint8Array(),
      this.#encoder.encode(this.#block),
    ]);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      done += await this.#sink(bytes.subarray(done));
    }
  }
}

/** Line by line over what was there, so that nothing flickers; then back. */
function compose(lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const up = lines.length - 1;
  return `\r${lines.join("\x1b[K\r\n")}\x1b[K\x1b[J\r` +
    (up > 0 ? `\x1b[${up}A` : "");
}
