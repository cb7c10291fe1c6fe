/**
 * A server's use of the upload directory, and how its parts are told from those
 * a dead one left behind.
 *
 * Every run has a random identifier that begins the names of all its files,
 * and holds an exclusive lock on one of them for as long as it lives. The
 * kernel drops the lock when the process ends, however it ends. So a run whose
 * lock can be taken is dead, and nothing depends on process numbers, clocks or
 * network namespaces.
 *
 * A run whose lock file is missing proves nothing: somebody may have removed it
 * while its server lives. The lock is there before the first part and goes after
 * the last, so that happens to nobody whom nobody meddles with.
 *
 * The names hold a `~`, which no client can ask for.
 *
 * @module
 */

import { join } from "@std/path";
import { walk } from "@std/fs/walk";
import { asStorageError, StorageError } from "./error.ts";
import { type Identity, identityOf, isSame } from "./identity.ts";
import { tryLock } from "./lock.ts";

const OWN_FILE =
  /(?:^|[\\/])\.wotftp~(?<run>[0-9a-f]{16})(?:\.lock|~[0-9]+\.[0-9]+\.part)$/;

/** What a sweep did, in parts. */
export interface Swept {
  /** They were removed. */
  readonly removed: number;
  /** They were left alone, for nothing proves that their run is dead. */
  readonly left: number;
}

/** The identifier of a run and the lock that proves it to be alive. */
export class Run {
  /** Its identifier. */
  readonly id: string;
  /** What tells the directory from others; `undefined` where nothing can. */
  readonly identity: Identity | undefined;
  readonly #directory: string;
  readonly #lock: Deno.FsFile;
  /** Kept open, so that no other directory gets its identity. */
  readonly #handle: Deno.FsFile | undefined;

  private constructor(
    directory: string,
    handle: Deno.FsFile | undefined,
    id: string,
    lock: Deno.FsFile,
  ) {
    this.#directory = directory;
    this.#handle = handle;
    this.identity = handle && identityOf(handle.statSync());
    this.id = id;
    this.#lock = lock;
  }

  /**
   * Begins a run.
   *
   * @param directory The upload directory; it must exist, be readable and writable.
   * @throws {StorageError} If it cannot be used; nothing is left behind then.
   */
  static async begin(directory: string): Promise<Run> {
    let handle: Deno.FsFile | undefined;
    try {
      const { isDirectory } = await Deno.stat(directory);
      if (!isDirectory) throw new StorageError("blocked", "not a directory");
      // Else neither dead runs could be found nor new names be made durable.
      if (Deno.build.os !== "windows") {
        handle = await Deno.open(directory, { read: true });
      }
      return await Run.#takeLock(directory, handle);
    } catch (error) {
      handle?.close();
      throw asStorageError("use the directory", error);
    }
  }

  static async #takeLock(
    directory: string,
    handle: Deno.FsFile | undefined,
  ): Promise<Run> {
    while (true) {
      const run = randomRun();
      const path = join(directory, lockName(run));
      const file = await Deno.open(path, {
        createNew: true,
        write: true,
        mode: 0o600,
      });
      // Between the two steps a starting server may take the file for a dead
      // run's and remove it: then begin again.
      const lock = await tryLock(file);
      if (lock === "unsupported" || lock === "taken" && await isThere(path)) {
        return new Run(directory, handle, run, file);
      }
      file.close();
      await removeIfThere(path);
    }
  }

  /** Whether the path still leads to the directory. */
  async isThere(): Promise<boolean> {
    if (this.identity === undefined) return true;
    try {
      const info = await Deno.stat(this.#directory);
      return isSame(identityOf(info), this.identity);
    } catch {
      return false;
    }
  }

  /** Removes what dead runs left. */
  async sweep(): Promise<Swept> {
    const runs = await this.#find();
    runs.delete(this.id);
    const sum = { removed: 0, left: 0 };
    for (const [run, paths] of runs) {
      const { removed, left } = await this.#sweepRun(run, paths);
      sum.removed += removed;
      sum.left += left;
    }
    return sum;
  }

  /**
   * Ends the run and removes what is left of its uploads, which have ended. If
   * that fails the lock stays, for the next start to sweep.
   */
  async end(): Promise<void> {
    const lockPath = join(this.#directory, lockName(this.id));
    try {
      const paths = (await this.#find()).get(this.id) ?? [];
      const parts = paths.filter((path) => path !== lockPath);
      for (const path of [...parts, lockPath]) await removeIfThere(path);
    } catch (error) {
      // The directory is gone, and the next start in it sweeps.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    } finally {
      this.#lock.close();
      this.#handle?.close();
    }
  }

  /** Finds the files of all runs. */
  async #find(): Promise<Map<string, string[]>> {
    const runs = new Map<string, string[]>();
    const entries = walk(this.#directory, {
      maxDepth: 1,
      includeDirs: false,
      includeSymlinks: false,
      match: [OWN_FILE],
    });
    for await (const { path } of entries) {
      const run = OWN_FILE.exec(path)?.groups?.["run"];
      if (run !== undefined) runs.set(run, [...runs.get(run) ?? [], path]);
    }
    return runs;
  }

  async #sweepRun(run: string, paths: readonly string[]): Promise<Swept> {
    const lockPath = join(this.#directory, lockName(run));
    const parts = paths.filter((path) => path !== lockPath);
    const none = { removed: 0, left: 0 };
    let lock: Deno.FsFile | undefined;
    try {
      if (!await isThere(lockPath)) {
        // Those that are still there: one that is ending takes them along.
        const left = await Promise.all(parts.map(isThere));
        return { ...none, left: left.filter((it) => it).length };
      }
      lock = await Deno.open(lockPath, { write: true });
      if (await tryLock(lock) !== "taken") return none;
      for (const path of [...parts, lockPath]) await removeIfThere(path);
      return { ...none, removed: parts.length };
    } catch (error) {
      // Another user's run, or one that is ending: not ours to judge.
      const { NotFound, PermissionDenied } = Deno.errors;
      if (error instanceof PermissionDenied || error instanceof NotFound) {
        return none;
      }
      throw error;
    } finally {
      lock?.close();
    }
  }
}

/** Names the parts of one thread, never the same twice. */
export function* partPaths(
  directory: string,
  run: string,
  thread: number,
): Generator<string, never> {
  for (let part = 1;; part++) {
    yield join(directory, `.wotftp~${run}~${thread}.${part}.part`);
  }
}

function lockName(run: string): string {
  return `.wotftp~${run}.lock`;
}

function randomRun(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A link, a FIFO or a directory of that name is nobody's lock. */
async function isThere(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
