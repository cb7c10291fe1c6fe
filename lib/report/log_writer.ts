/**
 * Lines on their way to whoever reads them. A reader that stalls, a full disk or
 * a closed pipe must not stop an upload, nor the end of the server: so nobody
 * waits for the log, what does not fit is dropped, and how much was is told as
 * soon as somebody reads again.
 *
 * @module
 */

import type { Clock } from "../clock.ts";

/**
 * What may wait: some ten thousand lines, a second or two of a server that tells
 * of every packet.
 */
export const MAX_WAITING_BYTES = 1024 * 1024;

/**
 * A write takes 50 us of a processor however short it is: a line goes at once
 * after a pause, and those that follow soon go together.
 */
const GATHER_MS = 20;

const LINE_BREAK = 0x0a;

/** Where the bytes go; resolves to how many were taken. */
export type Sink = (bytes: Uint8Array) => PromiseLike<number>;

/** A log that nobody has to wait for. */
export class LogWriter {
  readonly #sink: Sink;
  readonly #clock: Clock;
  readonly #encoder = new TextEncoder();
  /** What waits, in order. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #droppedLines = 0;
  /** The write under way and all that follow it; never rejects. */
  #writing: Promise<void> | undefined;
  /** Ends the wait for more lines. */
  #hurry: (() => void) | undefined;
  #isFlushing = false;

  /** Makes a log of a sink. */
  constructor(sink: Sink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  /** Adds a line, or several in one text; without a line break at the end. */
  add(line: string): void {
    const bytes = this.#encoder.encode(`${line}\n`);
    if (this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      this.#droppedLines++;
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#writing ??= this.#writeAll();
  }

  /** Waits until all is written, but not for longer than `ms`. */
  async flush(ms: number): Promise<void> {
    if (this.#writing === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(ms, resolve);
    this.#isFlushing = true;
    this.#hurry?.();
    await Promise.race([this.#writing, promise]);
    this.#isFlushing = false;
    cancel();
  }

  async #writeAll(): Promise<void> {
    // Lines of the same moment go together.
    await undefined;
    while (this.#waiting.length > 0) {
      const bytes = concat(this.#waiting);
      this.#waiting = [];
      // Still counted until they are written: they take up memory.
      const isWritten = await this.#write(bytes);
      this.#waitingBytes -= bytes.length;
      if (isWritten && this.#droppedLines > 0 && this.#waiting.length === 0) {
        const dropped = this.#droppedLines;
        this.#droppedLines = 0;
        this.add(`wotftp: ${dropped} log lines lost`);
      }
      if (!this.#isFlushing) await this.#gather();
    }
    this.#writing = undefined;
  }

  async #gather(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(GATHER_MS, resolve);
    this.#hurry = resolve;
    await promise;
    this.#hurry = undefined;
    cancel();
  }

  /** @returns Whether all of it was taken. */
  async #write(bytes: Uint8Array): Promise<boolean> {
    let done = 0;
    try {
      while (done < bytes.length) {
        done += await this.#sink(bytes.subarray(done));
      }
      return true;
    } catch {
      // Nobody is there to read, or the disk is full: no reason to take no files.
      this.#droppedLines += bytes.subarray(done)
        .reduce((sum, byte) => byte === LINE_BREAK ? sum + 1 : sum, 0);
      return false;
    }
  }
}

/** Puts bytes together. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
