/**
 * One upload on its way to the disk: what was gathered is written to a part file
 * in the background, and published in one step at the end.
 *
 * @module
 */

import type { Target } from "../policy/naming.ts";
import { Buffers } from "./buffers.ts";
import type { UploadDirectory } from "./directory.ts";
import { asStorageError, type StorageError } from "./error.ts";
import type { Stored } from "./names.ts";

/** Files hold configurations and passwords: nothing for everybody's eyes. */
const FILE_MODE = 0o640;
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
  readonly #buffers: Buffers;
  #file: Promise<Deno.FsFile> | undefined;
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
    this.#buffers = new Buffers(directory);
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
    const buffers = this.#buffers;
    const { length } = bytes;
    if (!buffers.fits(length) && !buffers.grow(length)) {
      if (this.#writing === undefined) {
        const full = buffers.swap(length);
        this.#writing = full && this.#writeOut(full);
      }
      if (!buffers.fits(length)) {
        return this.#writing?.then(() => this.write(bytes));
      }
    }
    buffers.add(bytes);
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
      const { gathered } = this.#buffers;
      this.#directory.takeSpace(gathered.length);
      await writeAll(file, gathered);
      this.#buffers.release();
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
    this.#buffers.release();
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

  async #writeOut(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      const file = await this.#file;
      this.#directory.takeSpace(bytes.length);
      if (file !== undefined) await writeAll(file, bytes);
      this.#syncMeanwhile(bytes.length);
    } catch (error) {
      this.#fault ??= asStorageError("write", error);
    } finally {
      this.#buffers.giveBack(bytes);
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
