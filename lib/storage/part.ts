/**
 * One upload on its way to the disk: bytes are gathered in memory, written to
 * a part file in the background, and published in one step at the end.
 *
 * @module
 */

import type { Target } from "../policy/naming.ts";
import type { UploadDirectory } from "./directory.ts";
import { asStorageError, type StorageError } from "./error.ts";
import type { Stored } from "./names.ts";

/** Files hold configurations and passwords: nothing for everybody's eyes. */
const FILE_MODE = 0o640;
/** The first buffer grows in small steps: thousands of them fit in memory. */
const STEP_BYTES = 4 * 1024;
/** Smaller files, most configurations and logs, are written in one go. */
const FIRST_WRITE_BYTES = 128 * 1024;
/** A write costs 150 us however small; beyond this, larger gains nothing. */
const MAX_BUFFER_BYTES = 256 * 1024;
/** What no longer has a buffer. */
const NOTHING = new Uint8Array(0);
/**
 * What may wait in the system's memory before the disk is set to work. Else a
 * slow disk would begin when the last block is here, and the client would lose
 * its patience before the last ACK.
 */
const SYNC_EVERY_BYTES = 8 * 1024 * 1024;

/** The file of one upload. */
export class PartFile {
  readonly #directory: UploadDirectory;
  readonly #target: Target;
  readonly #part: string;
  #file: Promise<Deno.FsFile> | undefined;
  /** What is being gathered. */
  #buffer = NOTHING;
  #used = 0;
  /** The other buffer, while none is being written. */
  #spare: Uint8Array<ArrayBuffer> | undefined;
  /** The write under way; never rejects. */
  #writing: Promise<void> | undefined;
  /** Written since the disk was last set to work. */
  #unsynced = 0;
  /** The disk at work while more is written; never rejects. */
  #syncing: Promise<void> | undefined;
  #fault: StorageError | undefined;
  #isCreated = false;

  /** Prepares an upload; nothing is created before the first write or commit. */
  constructor(directory: UploadDirectory, target: Target) {
    this.#directory = directory;
    this.#target = target;
    this.#part = directory.nextPart();
  }

  /**
   * Takes bytes for the end of the file.
   *
   * @param bytes Copied before the next write may be made.
   * @returns `undefined` if they are taken; else a promise to wait for, because
   * the disk is slower than the net. It rejects if this or an earlier write
   * failed.
   */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    this.#file ??= this.#create();
    if (this.#used + bytes.length > this.#buffer.length && !this.#grow(bytes)) {
      if (this.#writing === undefined) this.#swap(bytes.length);
      if (this.#buffer.length < this.#used + bytes.length) {
        return this.#writing?.then(() => this.write(bytes));
      }
    }
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
    return undefined;
  }

  /**
   * Makes the file durable and publishes it.
   *
   * @returns Where it is stored.
   * @throws {StorageError} If that fails; call {@linkcode discard} then.
   */
  async commit(): Promise<Stored> {
    const file = await (this.#file ??= this.#create());
    await this.#writing;
    if (this.#fault !== undefined) throw this.#fault;
    try {
      this.#directory.takeSpace(this.#used);
      await writeAll(file, this.#buffer.subarray(0, this.#used));
      this.#release();
      await this.#syncing;
      if (this.#fault !== undefined) throw this.#fault;
      if (this.#directory.isSynced) await file.syncData();
    } catch (error) {
      throw asStorageError("write", error);
    }
    file.close();
    this.#file = undefined;
    return await this.#directory.publish(this.#part, this.#target);
  }

  /**
   * Removes all that was written; to be called at most once.
   *
   * @returns `undefined` if there was nothing; else a promise that never
   * rejects.
   */
  discard(): Promise<void> | undefined {
    return this.#isCreated ? this.#remove() : undefined;
  }

  async #remove(): Promise<void> {
    await this.#writing;
    await this.#syncing;
    this.#release();
    try {
      (await this.#file)?.close();
    } catch {
      // It could not be created.
    }
    try {
      await Deno.remove(this.#part);
    } catch {
      // It could not be created; or it goes when the run ends.
    }
  }

  #create(): Promise<Deno.FsFile> {
    this.#isCreated = true;
    const file = this.#directory.create(this.#part, FILE_MODE)
      .catch((error) => {
        throw this.#fault = error;
      });
    // Reported by the next write or the commit.
    file.catch(() => {});
    return file;
  }

  /** Makes the first buffer larger, as long as it is a small one. */
  #grow({ length }: Uint8Array): boolean {
    const needed = this.#used + length;
    // Later ones are larger from the start, and full.
    if (needed > FIRST_WRITE_BYTES || this.#spare !== undefined) return false;
    const isAmple = this.#directory.memory === "ample";
    if (this.#used > 0 && !isAmple) return false;
    const step = Math.max(STEP_BYTES, Math.floor(this.#used / 4));
    const size = isAmple
      ? Math.min(needed + step, FIRST_WRITE_BYTES)
      : Math.max(needed, STEP_BYTES);
    if (this.#buffer.length === 0) {
      this.#buffer = this.#make(size);
      return true;
    }
    this.#directory.countBuffer(size - this.#buffer.length);
    // Unlike a copy, this frees the old one at once.
    this.#buffer = new Uint8Array(this.#buffer.buffer.transfer(size));
    return true;
  }

  /**
   * Writes out what is gathered and goes on in the other buffer; without memory
   * for a second one there is none to go on in until the first one is written.
   */
  #swap(needed: number): void {
    const full = this.#buffer;
    const used = this.#used;
    const spare = this.#spare ?? NOTHING;
    const { memory } = this.#directory;
    const isAmple = memory === "ample";
    this.#used = 0;
    this.#buffer = NOTHING;
    this.#spare = undefined;
    if (used > 0) this.#writing = this.#writeOut(full, used);
    else this.#free(full);
    const larger = Math.min(2 * full.length, MAX_BUFFER_BYTES);
    const wanted = isAmple
      ? Math.max(needed, larger, FIRST_WRITE_BYTES)
      : Math.max(needed, STEP_BYTES);
    const isFit = isAmple ? spare.length >= wanted : spare.length === wanted;
    const mustWait = memory === "none" && used > 0;
    if (isFit && !mustWait) this.#buffer = spare;
    else this.#free(spare);
    if (!isFit && !mustWait) this.#buffer = this.#make(wanted);
  }

  #make(length: number): Uint8Array<ArrayBuffer> {
    this.#directory.countBuffer(length);
    return new Uint8Array(length);
  }

  /** At once, and not when the garbage is collected: others wait for memory. */
  #free(buffer: Uint8Array<ArrayBuffer>): void {
    if (buffer.length === 0) return;
    this.#directory.countBuffer(-buffer.length);
    buffer.buffer.transfer(0);
  }

  async #writeOut(
    buffer: Uint8Array<ArrayBuffer>,
    used: number,
  ): Promise<void> {
    try {
      const file = await this.#file;
      this.#directory.takeSpace(used);
      if (file !== undefined) await writeAll(file, buffer.subarray(0, used));
      this.#syncMeanwhile(used);
    } catch (error) {
      this.#fault ??= asStorageError("write", error);
    } finally {
      this.#spare = buffer;
      this.#writing = undefined;
    }
  }

  /** Sets the disk to work from time to time. */
  #syncMeanwhile(written: number): void {
    this.#unsynced += written;
    const { isSynced } = this.#directory;
    const isDue = this.#unsynced >= SYNC_EVERY_BYTES;
    if (!isSynced || !isDue || this.#syncing !== undefined) return;
    this.#unsynced = 0;
    this.#syncing = syncByPath(this.#part)
      .catch((error) => {
        this.#fault ??= asStorageError("sync", error);
      })
      .finally(() => this.#syncing = undefined);
  }

  /** An upload may dally for long; its memory is needed elsewhere. */
  #release(): void {
    this.#free(this.#buffer);
    this.#free(this.#spare ?? NOTHING);
    this.#buffer = NOTHING;
    this.#used = 0;
    this.#spare = undefined;
  }
}

/** A write may be short, just before the disk is full for instance. */
async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += await file.write(bytes.subarray(written));
  }
}

/** By a handle of its own: all that is done to one handle waits in a queue. */
async function syncByPath(path: string): Promise<void> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { write: true });
  } catch {
    // For want of descriptors; the sync before the commit does all of it.
    return;
  }
  try {
    await file.syncData();
  } finally {
    file.close();
  }
}
