/**
 * The upload directory: checked at the start, locked for the run, and the one
 * place where files get their final names.
 *
 * @module
 */

import { join } from "@std/path";
import { asStorageError, StorageError } from "./error.ts";
import { RunLock } from "./run_lock.ts";
import { type MinFree, Space } from "./space.ts";

/** Where a complete file goes. */
export type Target =
  /** Under this name, in place of what a plain file there holds. */
  | { readonly kind: "replace"; readonly name: string }
  /** Under this name if it is free. */
  | { readonly kind: "create"; readonly name: string }
  /** Under the first of these names that is free. */
  | {
    readonly kind: "first-free";
    readonly name: (attempt: number) => string | undefined;
  };

const NO_RELIEF = async (): Promise<boolean> => await false;

/** A directory that uploads are stored in. */
export class UploadDirectory {
  /** The directory's path. */
  readonly path: string;
  /** How much may still be written. */
  readonly space: Space;
  /** Whether files are made durable before they get their names. */
  readonly isSynced: boolean;
  /**
   * Called when no more files can be opened; resolves to whether it is worth
   * trying again.
   */
  relieve: () => Promise<boolean> = NO_RELIEF;
  readonly #lock: RunLock;
  /** The directory itself, to make new names durable, if that is wanted. */
  readonly #handle: Deno.FsFile | undefined;
  #syncing: Promise<void> | undefined;
  #syncQueued: Promise<void> | undefined;

  private constructor(
    path: string,
    space: Space,
    isSynced: boolean,
    lock: RunLock,
    handle: Deno.FsFile | undefined,
  ) {
    this.path = path;
    this.space = space;
    this.isSynced = isSynced;
    this.#lock = lock;
    this.#handle = handle;
  }

  /**
   * Opens the directory.
   *
   * @param path Where it is; it must exist and be writable.
   * @param options How much of the disk stays free, and whether files are on
   * disk before they count as saved.
   * @throws {StorageError} If it cannot be used; nothing is left behind then.
   */
  static async open(
    path: string,
    { minFree = { kind: "default" }, isSynced = true }: {
      readonly minFree?: MinFree;
      readonly isSynced?: boolean;
    } = {},
  ): Promise<UploadDirectory> {
    let handle: Deno.FsFile | undefined;
    try {
      const { isDirectory } = await Deno.stat(path);
      if (!isDirectory) throw new StorageError("blocked", "not a directory");
      if (isSynced) handle = await openToSync(path);
      const space = new Space(path, minFree);
      const lock = await RunLock.take(path);
      return new UploadDirectory(path, space, isSynced, lock, handle);
    } catch (error) {
      handle?.close();
      throw asStorageError("use the directory", error);
    }
  }

  /** Ends the use of the directory; all uploads must have ended. */
  async close(): Promise<void> {
    await this.#syncQueued?.catch(() => {});
    await this.#syncing?.catch(() => {});
    this.#handle?.close();
    await this.#lock.release();
  }

  /**
   * Removes the parts that dead servers left.
   *
   * @returns How many there were.
   */
  sweep(): Promise<number> {
    return this.#lock.sweep();
  }

  /** A path for a new part, outside the names a client can ask for. */
  nextPart(): string {
    return this.#lock.nextPart();
  }

  /**
   * Looks whether a file could be published: nothing but a plain file may have
   * the name, or nothing at all. Directories, links and devices are not
   * replaced, followed or waited for.
   *
   * @throws {StorageError} If something stands in the way.
   */
  async check(target: Target): Promise<void> {
    if (target.kind === "first-free") return;
    const { name } = target;
    let info: Deno.FileInfo;
    try {
      info = await Deno.lstat(join(this.path, name));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw asStorageError(`look at "${name}"`, error);
    }
    if (!info.isFile) {
      throw new StorageError("blocked", `"${name}" is there and is no file`);
    }
    if (target.kind === "create") {
      throw new StorageError("exists", `"${name}" is there already`);
    }
  }

  /**
   * Gives a complete and synced part its final name in one atomic step, and
   * makes the name durable.
   *
   * @returns The name it got.
   * @throws {StorageError} If it cannot be done. The part is still there then,
   * unless only making the name durable failed: that cannot be undone without
   * risking the file that was replaced.
   */
  async publish(part: string, target: Target): Promise<string> {
    const name = await this.#move(part, target);
    try {
      await this.#sync();
    } catch (error) {
      throw asStorageError(`sync the directory for "${name}"`, error);
    }
    return name;
  }

  async #move(part: string, target: Target): Promise<string> {
    if (target.kind === "replace") {
      await this.check(target);
      try {
        await Deno.rename(part, join(this.path, target.name));
      } catch (error) {
        throw asStorageError(`publish "${target.name}"`, error);
      }
      return target.name;
    }
    for (let attempt = 0;; attempt++) {
      const name = target.kind === "create"
        ? target.name
        : target.name(attempt);
      if (name === undefined) {
        throw new StorageError("exists", "no name is free");
      }
      try {
        await moveUnlessThere(part, join(this.path, name));
        return name;
      } catch (error) {
        const isTaken = error instanceof Deno.errors.AlreadyExists;
        if (isTaken && target.kind === "first-free") continue;
        throw asStorageError(`publish "${name}"`, error);
      }
    }
  }

  /**
   * Syncs the directory. Whoever asks while a sync is under way shares the next
   * one, so that many uploads ending at once cost two.
   */
  #sync(): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) return Promise.resolve();
    if (this.#syncQueued !== undefined) return this.#syncQueued;
    const start = () => {
      this.#syncQueued = undefined;
      this.#syncing = handle.sync().finally(() => this.#syncing = undefined);
      return this.#syncing;
    };
    if (this.#syncing === undefined) return start();
    this.#syncQueued = this.#syncing.then(start, start);
    return this.#syncQueued;
  }
}

async function openToSync(path: string): Promise<Deno.FsFile | undefined> {
  if (Deno.build.os === "windows") return undefined;
  return await Deno.open(path, { read: true });
}

/**
 * A link fails where a rename would replace. File systems without links (FAT)
 * get the name claimed by an empty file first; there a crash between the two
 * steps leaves that.
 */
async function moveUnlessThere(from: string, to: string): Promise<void> {
  try {
    await Deno.link(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    return await claimAndRename(from, to);
  }
  try {
    await Deno.remove(from);
  } catch {
    // The file has its name; the second one goes with the next start's sweep.
  }
}

async function claimAndRename(from: string, to: string): Promise<void> {
  (await Deno.open(to, { createNew: true, write: true })).close();
  try {
    await Deno.rename(from, to);
  } catch (error) {
    await Deno.remove(to);
    throw error;
  }
}
