/**
 * How much may still be written before the disk is as full as it may get.
 *
 * @module
 */

import { statfs } from "node:fs";
import type { MinFree } from "../config.ts";

/** Room for logs, mail and a login on the machine that receives. */
const DEFAULT_FREE_BYTES = 256 * 1024 * 1024;
const DEFAULT_FREE_PERCENT = 1;

/**
 * Measures how much may still be written.
 *
 * @returns Bytes, negative if the disk is too full already; `undefined` if that
 * cannot be found out, for want of a right or on some file system.
 */
export async function measureFree(
  path: string,
  minFree: MinFree,
): Promise<number | undefined> {
  const disk = await measureDisk(path);
  if (disk === undefined) return undefined;
  const { availableBytes, totalBytes } = disk;
  return availableBytes - Math.ceil(reserveOf(minFree, totalBytes));
}

/**
 * Looks whether a disk could ever have as much free as is to stay free.
 *
 * @returns How much that is and how much the disk has, if it could not.
 */
export async function findUnmeetable(
  path: string,
  minFree: MinFree,
): Promise<{ reserveBytes: number; totalBytes: number } | undefined> {
  const disk = await measureDisk(path);
  if (disk === undefined) return undefined;
  const { totalBytes } = disk;
  const reserveBytes = Math.ceil(reserveOf(minFree, totalBytes));
  return reserveBytes < totalBytes ? undefined : { reserveBytes, totalBytes };
}

async function measureDisk(
  path: string,
): Promise<{ availableBytes: number; totalBytes: number } | undefined> {
  try {
    const { blocks, bavail, bsize } = await promiseStatfs(path);
    // Those that live in another program's memory may not know either.
    if (blocks === 0) return undefined;
    return { availableBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return undefined;
  }
}

function reserveOf(minFree: MinFree, total: number): number {
  switch (minFree.kind) {
    case "bytes":
      return minFree.bytes;
    case "percent":
      return total * minFree.percent / 100;
    case "default":
      return Math.min(DEFAULT_FREE_BYTES, total * DEFAULT_FREE_PERCENT / 100);
  }
}

interface Statfs {
  readonly blocks: number;
  readonly bavail: number;
  readonly bsize: number;
}

/** Deno itself has no such call. */
function promiseStatfs(path: string): Promise<Statfs> {
  const { promise, resolve, reject } = Promise.withResolvers<Statfs>();
  statfs(path, (error, stats) => error ? reject(error) : resolve(stats));
  return promise;
}
