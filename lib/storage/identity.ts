/**
 * Whether a path still leads to the directory it led to. A file system that is
 * unmounted, or mounted later than the server was started, leaves another
 * directory under the same path.
 *
 * @module
 */

/** What tells a directory from all others, as long as somebody has it open. */
export interface Identity {
  /** The file system. */
  readonly dev: number;
  /** Its number there. */
  readonly ino: number;
}

/**
 * Tells a directory from others.
 *
 * @param info What the system says of it.
 * @returns `undefined` where there are no such numbers; on Windows a directory
 * that is in use cannot go away.
 */
export function identityOf({ dev, ino }: Deno.FileInfo): Identity | undefined {
  return ino === null || Deno.build.os === "windows" ? undefined : { dev, ino };
}

/**
 * Whether two are the same directory.
 *
 * @param one One of them, `undefined` if there was none.
 * @param other The other one.
 */
export function isSame(one: Identity | undefined, other: Identity): boolean {
  return one?.dev === other.dev && one.ino === other.ino;
}
