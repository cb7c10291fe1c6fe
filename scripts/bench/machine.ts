/**
 * What was measured on, and how much memory a server takes. Other programs read
 * `/proc`: a Deno program may not, without all rights.
 *
 * @module
 */

import type { Server } from "./contestant.ts";

/** The memory of a server. */
export interface Memory {
  /** What it takes now (VmRSS), in millions of bytes. */
  readonly nowMegabytes: number;
  /** The most it ever took (VmHWM), in millions of bytes. */
  readonly peakMegabytes: number;
}

/** The kernel's kB are 1024 bytes. */
const MEGABYTES_PER_KB = 1_024 / 1_000_000;

/**
 * The machine and its software, for one line.
 *
 * @returns Cores, CPU, kernel, Deno and the date, each for a human.
 */
export async function describeMachine(): Promise<string[]> {
  const cpu = await outputOf("grep", ["-m1", "model name", "/proc/cpuinfo"]);
  const kernel = await outputOf("uname", ["-r"]);
  return [
    `${navigator.hardwareConcurrency} cores`,
    cpu.replace(/^[^:]*:/, "").trim() || "unknown CPU",
    `${Deno.build.os} ${kernel.trim()}`,
    `Deno ${Deno.version.deno}`,
    new Date().toISOString().slice(0, 10),
  ];
}

/**
 * Reads how much memory a server takes. It is that of the process started: a
 * server that forks for every upload, as tftpd-hpa does, has far more in its
 * children, which come and go unseen. Threads (atftpd, pin/tftp) are included.
 *
 * @param server A server that runs; of one that has ended the numbers are NaN.
 */
export async function memoryOf({ process }: Server): Promise<Memory> {
  const text = await outputOf("grep", [
    ...["-E", "VmHWM|VmRSS", `/proc/${process.pid}/status`],
  ]);
  const megabytes = (field: string) =>
    Number(new RegExp(`${field}:\\s*(\\d+)`).exec(text)?.[1] ?? NaN) *
    MEGABYTES_PER_KB;
  return {
    nowMegabytes: megabytes("VmRSS"),
    peakMegabytes: megabytes("VmHWM"),
  };
}

async function outputOf(command: string, args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, {
    args,
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}
