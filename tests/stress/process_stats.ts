/**
 * What a running process costs, as far as the system tells.
 *
 * @module
 */

import { run } from "../process.ts";

/** A process at one moment. */
export interface Stats {
  /** Memory in use, bytes. */
  readonly rssBytes: number;
  /** The most memory that ever was in use, bytes. */
  readonly peakBytes: number;
  /**
   * Open sockets and parts. A runtime opens some others as it likes, and some
   * for each of its threads.
   */
  readonly descriptors: number;
  /** Processor time used so far, milliseconds. */
  readonly cpuMs: number;
}

/** The unit of processor time in `/proc`, on every Linux there is. */
const MS_PER_CLOCK_TICK = 10;

/**
 * Looks at a process. Deno itself may not read `/proc` without all rights, so
 * other programs do.
 *
 * @param pid The process.
 * @returns `undefined` where there is no `/proc`.
 */
export async function statsOf(pid: number): Promise<Stats | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const [status, stat, descriptors] = await Promise.all([
    run("cat", [`/proc/${pid}/status`]),
    run("cat", [`/proc/${pid}/stat`]),
    run("ls", ["-l", `/proc/${pid}/fd`]),
  ]);
  if (status.code !== 0) return undefined;
  const kilobytes = (name: string) =>
    Number(RegExp(`${name}:\\s+(\\d+) kB`).exec(status.stdout)?.[1]) * 1024;
  // The fields behind the name in parentheses, which may hold anything.
  const fields = stat.stdout.split(") ").at(-1)?.split(" ") ?? [];
  return {
    rssBytes: kilobytes("VmRSS"),
    peakBytes: kilobytes("VmHWM"),
    descriptors: descriptors.stdout.match(/ -> .*(socket:|\.part)/g)?.length ??
      0,
    cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_CLOCK_TICK,
  };
}

/** Bytes as people read them. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
