/**
 * How much may still be written before the disk is as full as it may get.
 *
 * @module
 */

import { statfs } from "node:fs";
import { StorageError } from "./error.ts";

/** How much of the disk stays free, whatever clients send. */
export type MinFree =
  | { readonly kind: "bytes"; readonly bytes: number }
  | { readonly kind: "percent"; readonly percent: number }
  /** {@linkcode DEFAULT_FREE_BYTES}, or a hundredth of a smaller disk. */
  | { readonly kind: "default" };

/** Room for logs, mail and a login on the machine that receives. */
export const DEFAULT_FREE_BYTES: number = 256 * 1024 * 1024;
const DEFAULT_FREE_PERCENT = 1;
/** Asking costs 0.1 ms; in between the server counts its own bytes. */
const MEASURE_EVERY_MS = 1_000;

/** The free space of a directory's file system. */
export class Space {
  readonly #path: string;
  readonly #minFree: MinFree;
  /** What may be written, as last measured less what was since. */
  #left: number | undefined;
  #measuredAt = -Infinity;
  #measuring: Promise<void> | undefined;

  /**
   * Prepares to measure.
   *
   * @param path The directory.
   * @param minFree How much stays free.
   */
  constructor(path: string, minFree: MinFree) {
    this.#path = path;
    this.#minFree = minFree;
  }

  /**
   * How many bytes may be written now.
   *
   * @param need How many are asked for; if it looks like too few, it is
   * measured anew, for room may just have been made.
   * @returns Zero or less if the disk is too full; `undefined` if that cannot
   * be found out, for want of a right or on some file system.
   */
  async left(need: number): Promise<number | undefined> {
    const isFresh = performance.now() - this.#measuredAt < MEASURE_EVERY_MS;
    const isEnough = this.#left === undefined || this.#left > need;
    if (!isFresh || !isEnough) {
      this.#measuring ??= this.#measure();
      await this.#measuring;
    }
    return this.#left;
  }

  /**
   * Asks for leave to write.
   *
   * @throws {StorageError} If too little is left.
   */
  async take(bytes: number): Promise<void> {
    await this.left(bytes);
    // Read again: others may have taken while this one waited.
    if (this.#left === undefined) return;
    if (this.#left < bytes) {
      const left = Math.max(0, this.#left);
      const message = `disk full: ${left} bytes left above the minimum`;
      throw new StorageError("full", message);
    }
    this.#left -= bytes;
  }

  async #measure(): Promise<void> {
    try {
      const { blocks, bavail, bsize } = await promiseStatfs(this.#path);
      this.#left = bavail * bsize - Math.ceil(this.#reserve(blocks * bsize));
    } catch {
      this.#left = undefined;
    }
    this.#measuredAt = performance.now();
    this.#measuring = undefined;
  }

  #reserve(total: number): number {
    const minFree = this.#minFree;
    switch (minFree.kind) {
      case "bytes":
        return minFree.bytes;
      case "percent":
        return total * minFree.percent / 100;
      case "default":
        return Math.min(
          DEFAULT_FREE_BYTES,
          total * DEFAULT_FREE_PERCENT / 100,
        );
    }
  }
}

interface Statfs {
  readonly blocks: number;
  readonly bavail: number;
  readonly bsize: number;
}

/** Deno itself has no such call. */
function promiseStatfs(path: string): Promise<Statfs> {
  const { promise, resolve, reject } = Promise.withResolvers<Statfs>();
  statfs(path, (error, stats) => error ? reject(error) : resolve(stats));
  return promise;
}
