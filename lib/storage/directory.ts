/**
 * The upload directory as one transfer thread uses it: the place where files get
 * their final names.
 *
 * @module
 */

import { join } from "@std/path";
import type { Target } from "../policy/naming.ts";
import type { Shared } from "../shared.ts";
import type { BufferSource, Memory } from "./buffers.ts";
import {
  asStorageError,
  isOutOfDescriptors,
  RETRY,
  StorageError,
} from "./error.ts";
import type { Identity } from "./identity.ts";
import { lookAt, movePart, type Stored } from "./names.ts";
import { lookAtParent, lookAtParents, parentsOf } from "./parents.ts";
import { Root } from "./root.ts";
import { partPaths } from "./run.ts";

/** What a thread is told about the directory. */
export interface DirectoryPlan {
  /** The directory's path. */
  readonly path: string;
  /** What tells it from others; `undefined` where nothing can. */
  readonly identity: Identity | undefined;
  /** The identifier of the run that holds the lock. */
  readonly run: string;
  /** The number of the thread, for the names of its parts. */
  readonly thread: number;
  /** Whether files are made durable before they get their names. */
  readonly isSynced: boolean;
  /** The most memory for the buffers of all uploads, bytes. */
  readonly maxBufferBytes: number;
}

/** A directory that uploads are stored in. */
export class UploadDirectory implements BufferSource {
  /** The directory's path. */
  readonly path: string;
  /** Whether files are made durable before they get their names. */
  readonly isSynced: boolean;
  readonly #root: Root;
  readonly #maxBufferBytes: number;
  readonly #shared: Shared;
  readonly #parts: Generator<string, never>;
  readonly #onExhausted: () => void;

  private constructor(
    plan: DirectoryPlan,
    shared: Shared,
    onExhausted: () => void,
  ) {
    this.path = plan.path;
    this.isSynced = plan.isSynced;
    this.#root = new Root(plan.path, plan.identity, plan.isSynced);
    this.#maxBufferBytes = plan.maxBufferBytes;
    this.#shared = shared;
    this.#parts = partPaths(plan.path, plan.run, plan.thread);
    this.#onExhausted = onExhausted;
  }

  /**
   * Opens the directory.
   *
   * @param onExhausted Called when no more files can be opened, before it is
   * tried again.
   */
  static async open(
    plan: DirectoryPlan,
    shared: Shared,
    onExhausted: () => void = () => {},
  ): Promise<UploadDirectory> {
    const directory = new UploadDirectory(plan, shared, onExhausted);
    await directory.#root.open();
    return directory;
  }

  /** Ends the use of the directory; all uploads must have ended. */
  async close(): Promise<void> {
    await this.#root.close();
  }

  /** A path for a new part, outside the names a client can ask for. */
  nextPart(): string {
    return this.#parts.next().value;
  }

  /** How much memory there is for more buffers. */
  get memory(): Memory {
    const { bufferBytes } = this.#shared;
    return bufferBytes >= this.#maxBufferBytes
      ? "none"
      : bufferBytes >= this.#maxBufferBytes / 2
      ? "short"
      : "ample";
  }

  /** Counts a buffer that is made, or one that is gone as less than nothing. */
  countBuffer(bytes: number): void {
    this.#shared.countBuffer(bytes);
  }

  /**
   * Asks for leave to write.
   *
   * @throws {StorageError} If too little is left.
   */
  takeSpace(bytes: number): void {
    const missing = this.#shared.takeFree(bytes);
    if (missing === 0) return;
    const free = Math.max(0, bytes - missing);
    const message = `disk full: ${free} bytes free above --min-free`;
    throw new StorageError("full", message);
  }

  /**
   * Opens a file.
   *
   * @throws {StorageError} If that fails, not for want of descriptors alone.
   */
  create(path: string, mode: number): Promise<Deno.FsFile> {
    const options = { createNew: true, write: true, mode };
    return this.#openPatiently("create a file", path, options);
  }

  async #openPatiently(
    action: string,
    path: string,
    options: Deno.OpenOptions,
  ): Promise<Deno.FsFile> {
    for (let { tries } = RETRY;; tries--) {
      try {
        return await Deno.open(path, options);
      } catch (error) {
        if (tries === 1 || !isOutOfDescriptors(error)) {
          throw asStorageError(action, error);
        }
      }
      this.#onExhausted();
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, RETRY.everyMs);
      await promise;
    }
  }

  /**
   * Looks whether a file could be published.
   *
   * @throws {StorageError} If something stands in the way.
   */
  async check(target: Target): Promise<void> {
    const name = target.kind === "first-free" ? target.name(0) : target.name;
    const isWay = name === undefined || await lookAtParents(this.path, name);
    if (target.kind === "first-free" || !isWay) return;
    const info = await lookAt(this.path, target.name);
    if (info !== undefined && target.kind === "create") {
      throw new StorageError("exists", `"${target.name}" is there already`);
    }
  }

  /**
   * Gives a complete and synced part its final name in one atomic step, and
   * makes the name durable.
   *
   * Nothing counts as stored unless the path leads to the directory that was
   * opened, before that step and after it: the part and its name are found by
   * path, but what makes them durable is that directory. The same goes for the
   * directories that the name leads through.
   *
   * @throws {StorageError} If it cannot be done. The part is still there then,
   * unless only making the name durable failed. Then a name that nobody had is
   * free again. But where a file may be replaced, the new one stays: the old one
   * is gone, and another upload may have the name by now.
   */
  async publish(part: string, target: Target): Promise<Stored> {
    this.#root.confirm();
    const stored = await movePart(this.path, part, target);
    this.#root.confirm();
    try {
      await this.#root.sync();
      for (const path of parentsOf(stored.name)) await this.#syncParent(path);
    } catch (error) {
      const action = `sync the directory for "${stored.name}"`;
      const wrapped = asStorageError(action, error);
      // What lies elsewhere is not ours.
      const isOurs = wrapped.fault !== "astray";
      if (isOurs && target.kind !== "replace") {
        await this.#takeBack(stored.name);
      }
      throw wrapped;
    }
    return stored;
  }

  /** Makes the names in a directory below durable, if it still is one. */
  async #syncParent(path: string): Promise<void> {
    const info = await lookAtParent(this.path, path);
    const astray = new StorageError("astray", `"${path}" is gone`);
    if (info === undefined) throw astray;
    if (!this.#root.isSyncable) return;
    const action = "open a directory";
    const place = join(this.path, path);
    const handle = await this.#openPatiently(action, place, { read: true });
    try {
      const { dev, ino } = await handle.stat();
      if (dev !== info.dev || ino !== info.ino) throw astray;
      await handle.sync();
    } finally {
      handle.close();
    }
  }

  async #takeBack(name: string): Promise<void> {
    // A disk that fails keeps what it likes.
    await Deno.remove(join(this.path, name)).catch(() => {});
  }
}
