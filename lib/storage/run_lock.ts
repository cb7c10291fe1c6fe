/**
 * Tells the parts of a living server from those a dead one left behind.
 *
 * Every run has a random identifier that begins the names of all its files,
 * and holds an exclusive lock on one of them for as long as it lives. The
 * kernel drops the lock when the process ends, however it ends. So a run whose
 * lock can be taken is dead, and nothing depends on process numbers, clocks or
 * network namespaces.
 *
 * The names hold a `~`, which no client can ask for.
 *
 * @module
 */

import { join } from "@std/path";
import { walk } from "@std/fs/walk";

const OWN_FILE =
  /(?:^|[\\/])\.wotftp~(?<run>[0-9a-f]{16})(?:\.lock|~[0-9]+\.part)$/;
/** Before Deno 2.5 a lock can only be waited for; a free one comes at once. */
const LOCK_WITHIN_MS = 250;
const EXCLUSIVE = true;

/** The identifier of a run and the lock that proves it to be alive. */
export class RunLock {
  readonly #directory: string;
  readonly #run: string;
  readonly #file: Deno.FsFile;
  #parts = 0;

  private constructor(directory: string, run: string, file: Deno.FsFile) {
    this.#directory = directory;
    this.#run = run;
    this.#file = file;
  }

  /**
   * Begins a run.
   *
   * @param directory The upload directory.
   * @throws Whatever creating a file there throws.
   */
  static async take(directory: string): Promise<RunLock> {
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
        return new RunLock(directory, run, file);
      }
      file.close();
      await removeIfThere(path);
    }
  }

  /** The path of a new part, never the same twice. */
  nextPart(): string {
    this.#parts++;
    return join(this.#directory, `.wotftp~${this.#run}~${this.#parts}.part`);
  }

  /**
   * Removes what dead runs left.
   *
   * @returns How many parts were removed.
   */
  async sweep(): Promise<number> {
    const runs = new Map<string, string[]>();
    const entries = walk(this.#directory, {
      maxDepth: 1,
      includeDirs: false,
      includeSymlinks: false,
      match: [OWN_FILE],
    });
    for await (const { path } of entries) {
      const run = OWN_FILE.exec(path)?.groups?.["run"];
      if (run === undefined || run === this.#run) continue;
      runs.set(run, [...runs.get(run) ?? [], path]);
    }
    let removed = 0;
    for (const [run, paths] of runs) {
      removed += await this.#sweepRun(run, paths);
    }
    return removed;
  }

  /** Ends the run; its parts must be gone. */
  async release(): Promise<void> {
    try {
      await removeIfThere(join(this.#directory, lockName(this.#run)));
    } finally {
      this.#file.close();
    }
  }

  async #sweepRun(run: string, paths: readonly string[]): Promise<number> {
    const lockPath = join(this.#directory, lockName(run));
    let lock: Deno.FsFile | undefined;
    try {
      if (await isThere(lockPath)) {
        lock = await Deno.open(lockPath, { write: true });
      }
      // A missing lock means that the run ended, and only its last step failed:
      // the lock is there before the first part and goes after the last.
      if (lock !== undefined && await tryLock(lock) !== "taken") return 0;
      const parts = paths.filter((path) => path !== lockPath);
      for (const path of parts) await removeIfThere(path);
      if (lock !== undefined) await removeIfThere(lockPath);
      return parts.length;
    } catch (error) {
      // Another user's run, or one that is ending: not ours to judge.
      const { NotFound, PermissionDenied } = Deno.errors;
      if (error instanceof PermissionDenied || error instanceof NotFound) {
        return 0;
      }
      throw error;
    } finally {
      lock?.close();
    }
  }
}

/** The part of `Deno.FsFile` that only newer versions have. */
interface MaybeTryLock {
  tryLock?: (exclusive: boolean) => Promise<boolean>;
}

/**
 * Takes the lock if it is free. On a file system without locks nobody can tell
 * the living from the dead, so nothing is ever swept there.
 */
async function tryLock(
  file: Deno.FsFile & MaybeTryLock,
): Promise<"taken" | "held" | "unsupported"> {
  try {
    if (file.tryLock !== undefined) {
      return await file.tryLock(EXCLUSIVE) ? "taken" : "held";
    }
    const timer = Promise.withResolvers<"held">();
    const handle = setTimeout(() => timer.resolve("held"), LOCK_WITHIN_MS);
    const lock = file.lock(EXCLUSIVE).then(() => "taken" as const);
    try {
      return await Promise.race([lock, timer.promise]);
    } finally {
      clearTimeout(handle);
    }
  } catch {
    return "unsupported";
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
