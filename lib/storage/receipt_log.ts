/**
 * The file of receipts as one thread writes it: at its end only, and on disk
 * before anybody is told. Several threads write to the same file, each batch of
 * lines in one call, which the system puts at the end as a whole.
 *
 * @module
 */

import { asStorageError } from "./error.ts";

/** Receipts tell who sent what: nothing for everybody's eyes. */
const FILE_MODE = 0o640;

/** A file that lines are added to. */
export class ReceiptLog {
  readonly #path: string;
  readonly #encoder = new TextEncoder();
  #file: Deno.FsFile | undefined;
  #lines: string[] = [];
  /** The batch that is written next, and the one under way; these never reject. */
  #next: Promise<void> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  /** Whether a write broke off in the middle of a line. */
  #isTorn = false;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens the file, and creates it if there is none.
   *
   * @throws {StorageError} If it cannot be written.
   */
  static async open(path: string): Promise<ReceiptLog> {
    return new ReceiptLog(path, await openToAppend(path));
  }

  /**
   * Adds a line. Those that come while others are written share the next write
   * and its sync.
   *
   * @returns Resolves when the line is on disk.
   * @throws {StorageError} If it cannot be written.
   */
  add(line: string): Promise<void> {
    this.#lines.push(line);
    if (this.#next !== undefined) return this.#next;
    const next = this.#writing.then(() => this.#writeAll());
    this.#next = next;
    this.#writing = next.catch(() => {});
    return next;
  }

  /** Goes on in a new file, because the old one was moved away. */
  reopen(): void {
    const reopen = () => {
      this.#file?.close();
      this.#file = undefined;
    };
    this.#writing = this.#writing.then(reopen);
  }

  /** Waits for what is written, and closes the file. */
  async close(): Promise<void> {
    await this.#writing;
    this.#file?.close();
    this.#file = undefined;
  }

  async #writeAll(): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    this.#next = undefined;
    try {
      const file = this.#file ??= await openToAppend(this.#path);
      const text = `${this.#isTorn ? "\n" : ""}${lines.join("\n")}\n`;
      const bytes = this.#encoder.encode(text);
      for (let done = 0; done < bytes.length;) {
        done += await file.write(bytes.subarray(done));
        this.#isTorn = done < bytes.length;
      }
      await file.syncData();
    } catch (error) {
      throw asStorageError("write the receipt", error);
    }
  }
}

async function openToAppend(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, {
      append: true,
      create: true,
      mode: FILE_MODE,
    });
  } catch (error) {
    throw asStorageError(`open "${path}" for receipts`, error);
  }
}
