/**
 * The upload directory itself: whether its path still leads to it, and how new
 * names in it become durable.
 *
 * @module
 */

import { StorageError } from "./error.ts";
import { type Identity, identityOf, isSame } from "./identity.ts";

/** The directory that was there when the server started. */
export class Root {
  /** Whether it can be synced, and is to be. */
  readonly isSyncable: boolean;
  readonly #path: string;
  readonly #identity: Identity | undefined;
  #handle: Promise<Deno.FsFile> | undefined;
  #syncing: Promise<void> | undefined;
  #syncQueued: Promise<void> | undefined;

  /**
   * Opens nothing yet.
   *
   * @param identity What tells it from others; `undefined` where nothing can.
   * @param isSynced Whether names are to be durable.
   */
  constructor(path: string, identity: Identity | undefined, isSynced: boolean) {
    this.#path = path;
    this.#identity = identity;
    // Windows can only sync files.
    this.isSyncable = isSynced && Deno.build.os !== "windows";
  }

  /** Opens it; if it is gone just now, those who need it try again. */
  async open(): Promise<void> {
    if (this.isSyncable) await this.#open().catch(() => {});
  }

  /** Closes it, when all syncs have ended. */
  async close(): Promise<void> {
    await this.#syncQueued?.catch(() => {});
    await this.#syncing?.catch(() => {});
    (await this.#handle)?.close();
  }

  /**
   * Makes sure that the path leads to the directory that was opened.
   *
   * At once, in 3 us: through the thread pool it would take 15 to 45. The disk
   * has just answered, or this would wait for it.
   *
   * @throws {StorageError} If it does not.
   */
  confirm(): void {
    if (this.#identity === undefined) return;
    let info: Deno.FileInfo;
    try {
      info = Deno.statSync(this.#path);
    } catch (cause) {
      throw new StorageError("gone", `"${this.#path}" is gone`, { cause });
    }
    this.#compare(info);
  }

  /**
   * Syncs the directory. Whoever asks while a sync is under way shares the next
   * one, so that many uploads ending at once cost two.
   */
  sync(): Promise<void> {
    if (!this.isSyncable) return Promise.resolve();
    if (this.#syncQueued !== undefined) return this.#syncQueued;
    const start = () => {
      this.#syncQueued = undefined;
      this.#syncing = this.#open().then((handle) => handle.sync())
        .finally(() => this.#syncing = undefined);
      return this.#syncing;
    };
    if (this.#syncing === undefined) return start();
    this.#syncQueued = this.#syncing.then(start, start);
    return this.#syncQueued;
  }

  #compare(info: Deno.FileInfo): void {
    const identity = this.#identity;
    if (identity === undefined || isSame(identityOf(info), identity)) return;
    const message = `another directory is in the place of "${this.#path}"`;
    throw new StorageError("gone", message);
  }

  #open(): Promise<Deno.FsFile> {
    this.#handle ??= this.#openHandle().catch((error) => {
      this.#handle = undefined;
      throw error;
    });
    return this.#handle;
  }

  async #openHandle(): Promise<Deno.FsFile> {
    const handle = await Deno.open(this.#path, { read: true });
    try {
      this.#compare(handle.statSync());
      return handle;
    } catch (error) {
      handle.close();
      throw error;
    }
  }
}
