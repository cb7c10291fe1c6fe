/**
 * A file as DATA packets: read ahead, and kept until they are acknowledged. So
 * much is in memory, however long the file: a window, and one or two chunks.
 *
 * @module
 */

import { DATA_HEADER_BYTES, Opcode } from "../protocol/packet.ts";
import type { Source } from "./source.ts";

/** Fewer reads are better; beyond this it makes no difference. */
const CHUNK_BYTES = 256 * 1024;

/** The blocks of one file. */
export class Blocks {
  readonly #source: Source;
  readonly #blksize: number;
  readonly #perChunk: number;
  /** Chunks in order, each of whole blocks but the last one. */
  readonly #chunks: Uint8Array[] = [];
  /** Chunks that went before those. */
  #gone = 0;
  /** How many may be kept. */
  readonly #room: number;
  /** Chunks to be used again. */
  readonly #spare: Uint8Array[] = [];
  #bytes = 0;
  #last: number | undefined;
  #goOn: (() => void) | undefined;
  #isClosed = false;

  /**
   * Takes over a source; nothing is read yet.
   *
   * @param source The file; it stays open.
   * @param blksize Payload bytes of every block but the last.
   * @param windowsize So many blocks are not acknowledged at once, at most.
   */
  constructor(source: Source, blksize: number, windowsize: number) {
    this.#source = source;
    this.#blksize = blksize;
    this.#perChunk = Math.max(1, Math.floor(CHUNK_BYTES / blksize));
    // A window may begin at the end of a chunk; one more is being read.
    this.#room = Math.ceil((windowsize - 1) / this.#perChunk) + 2;
  }

  /** The blocks there are by now. */
  get ready(): number {
    return this.#last ?? Math.floor(this.#bytes / this.#blksize);
  }

  /** The number of the last one, once it is known. */
  get last(): number | undefined {
    return this.#last;
  }

  /** Payload bytes up to a block, which is ready. */
  bytesUpTo(block: number): number {
    return Math.min(block * this.#blksize, this.#bytes);
  }

  /**
   * Reads to the end, no further ahead than there is room.
   *
   * @param onReady Called whenever there is more.
   */
  async read(onReady: () => void): Promise<void> {
    while (!this.#isClosed) {
      if (this.#chunks.length >= this.#room) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#goOn = resolve;
        await promise;
        continue;
      }
      const size = this.#perChunk * this.#blksize;
      const chunk = this.#spare.pop() ?? new Uint8Array(size);
      this.#chunks.push(chunk);
      for (let filled = 0; filled < size;) {
        const read = await this.#source.read(chunk.subarray(filled));
        if (this.#isClosed) return;
        if (read === null) {
          // Short, and empty at worst (RFC 2348): by that it ends.
          this.#last = Math.floor(this.#bytes / this.#blksize) + 1;
          return onReady();
        }
        filled += read;
        this.#bytes += read;
        onReady();
      }
    }
  }

  /**
   * Makes a DATA packet.
   *
   * @param block A block that is ready and not let go; counted absolutely.
   * @param into Room for a full one.
   * @returns The packet, a view of that.
   */
  encode(block: number, into: Uint8Array): Uint8Array {
    const index = block - 1;
    const chunk = this.#chunks[Math.floor(index / this.#perChunk) - this.#gone];
    const length = Math.min(
      this.#blksize,
      this.#bytes - index * this.#blksize,
    );
    const start = (index % this.#perChunk) * this.#blksize;
    into[0] = Opcode.DATA >> 8;
    into[1] = Opcode.DATA;
    into[2] = block >> 8;
    into[3] = block;
    // A last block that is empty may lie behind the last chunk.
    if (chunk !== undefined && length > 0) {
      into.set(chunk.subarray(start, start + length), DATA_HEADER_BYTES);
    }
    return into.subarray(0, DATA_HEADER_BYTES + length);
  }

  /**
   * Lets blocks go that are not needed any more.
   *
   * @param acked The last block acknowledged.
   */
  release(acked: number): void {
    while (Math.floor(acked / this.#perChunk) > this.#gone) {
      const chunk = this.#chunks.shift();
      if (chunk === undefined) break;
      this.#gone++;
      this.#spare.push(chunk);
      this.#goOn?.();
      this.#goOn = undefined;
    }
  }

  /** Reads no further. */
  close(): void {
    this.#isClosed = true;
    this.#goOn?.();
  }
}
