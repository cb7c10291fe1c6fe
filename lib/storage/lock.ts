/**
 * Locks on files, which end with the process that holds them.
 *
 * @module
 */

/** Before Deno 2.5 a lock can only be waited for; a free one comes at once. */
const LOCK_WITHIN_MS = 250;
const EXCLUSIVE = true;

/** The part of `Deno.FsFile` that only newer versions have. */
export interface MaybeTryLock {
  /** Takes the lock if it is free, and says whether it was. */
  tryLock?: (exclusive: boolean) => Promise<boolean>;
}

/**
 * Takes the lock of a file if it is free.
 *
 * @param file The file; it is unlocked when it is closed, by whomever.
 * @returns Whether it was `taken`, or is `held` by somebody else. On a file system
 * without locks nobody can tell the living from the dead.
 */
export async function tryLock(
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
