/**
 * A flood of write requests, as from forged addresses: nobody reads the answers
 * and no data follows. Meanwhile clients in earnest upload, and must not lose a
 * byte; memory must stay bounded, and the server must be well right after it.
 *
 * Run by hand, it sends 100 000 requests.
 *
 * @module
 */

import { run, ServerProcess } from "../process.ts";
import { print, runTool } from "./flags.ts";
import { mebibytes, statsOf } from "./process_stats.ts";
import { sendRequests } from "./requests.ts";
import { Uploads } from "./uploads.ts";

/** How much of everything. */
export interface FloodOptions {
  /** Requests without anything behind them. */
  readonly requests: number;
  /** Clients in earnest, each uploading one file after the other. */
  readonly clients: number;
  /** The most descriptors the server may have; 0 leaves it as it is. */
  readonly descriptors: number;
  /** 0 sends as fast as possible: most requests find the buffer full. */
  readonly paced: number;
}

/** What became of it. */
export interface FloodReport {
  /** Requests without anything behind them that were sent. */
  readonly sent: number;
  /** How many of these the server took. */
  readonly taken: number;
  /** How many found no socket left. */
  readonly refused: number;
  /** How long it took to send them, milliseconds. */
  readonly floodMs: number;
  /** Uploads in earnest that are stored as sent. */
  readonly stored: number;
  /** What is wrong with the others. */
  readonly failures: readonly string[];
  /** The longest time between a block and its ACK, milliseconds. */
  readonly slowestMs: number;
  /** How long after the last request a new upload was stored, milliseconds. */
  readonly recoveryMs: number;
  /** The server's peak of memory, bytes; where it can be known. */
  readonly peakBytes: number | undefined;
  /** Processor time of the server during the flood, milliseconds. */
  readonly cpuMs: number | undefined;
}

/**
 * Floods a server of its own.
 *
 * @param options How much of everything.
 */
export async function flood(options: FloodOptions): Promise<FloodReport> {
  const directory = await Deno.makeTempDir({ prefix: "wotftp-flood-" });
  try {
    await using server = await ServerProcess.start(directory);
    if (options.descriptors > 0) {
      await limitDescriptors(server.pid, options.descriptors);
    }
    return await floodServer(server, directory, options);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function floodServer(
  server: ServerProcess,
  directory: string,
  { requests, clients, paced }: FloodOptions,
): Promise<FloodReport> {
  const before = await statsOf(server.pid);
  let isOver = false;
  const crowd = Array.from(
    { length: clients },
    (_, i) => new Uploads(server.port, directory, `real-${i}`),
  );
  const uploading = crowd.map((it) => it.uploadUntil(() => isOver));
  const since = performance.now();
  await sendRequests(server.port, requests, paced !== 0);
  const floodMs = performance.now() - since;
  await using late = new Uploads(server.port, directory, "late");
  await late.uploadUntil(() => true);
  const recoveryMs = performance.now() - since - floodMs;
  isOver = true;
  await Promise.all(uploading);
  for (const it of crowd) await it[Symbol.asyncDispose]();
  const after = await statsOf(server.pid);
  const all = [...crowd, late];
  return {
    sent: requests,
    taken: server.lines.filter((it) => /accepted "flood/.test(it)).length,
    refused: server.lines.filter((it) => /no more sockets/.test(it)).length,
    floodMs,
    stored: all.reduce((sum, it) => sum + it.stored, 0),
    failures: all.flatMap((it) => it.failures),
    slowestMs: Math.max(...all.map((it) => it.slowestMs)),
    recoveryMs,
    peakBytes: after?.peakBytes,
    cpuMs: before && after && after.cpuMs - before.cpuMs,
  };
}

/**
 * Limits a running process as `ulimit -n` does; the command is Linux's own.
 *
 * @param pid The process.
 * @param most The most descriptors it may have.
 */
export async function limitDescriptors(
  pid: number,
  most: number,
): Promise<void> {
  const limit = `--nofile=${most}:${most}`;
  const { code, stderr } = await run("prlimit", ["--pid", `${pid}`, limit]);
  if (code !== 0) throw new Error(`Cannot limit descriptors: ${stderr}`);
}

function describe(report: FloodReport): string {
  const { sent, taken, floodMs, cpuMs, peakBytes, failures } = report;
  const rate = Math.round(sent / floodMs * 1_000);
  return [
    `requests: ${sent} sent at ${rate} per second, ${taken} taken, ` +
    `${report.refused} without a socket`,
    `uploads meanwhile: ${report.stored} stored, ${failures.length} failed`,
    `slowest ACK: ${report.slowestMs.toFixed(1)} ms`,
    `new upload after the flood: ${report.recoveryMs.toFixed(1)} ms`,
    ...(peakBytes === undefined ? [] : [`peak RSS: ${mebibytes(peakBytes)}`]),
    ...(cpuMs === undefined ? [] : [
      `server: ${cpuMs} ms of processor time, ` +
      `${Math.round(cpuMs / taken * 1_000)} us for a request taken`,
    ]),
    ...failures,
  ].join("\n");
}

const DEFAULTS = {
  requests: 100_000,
  clients: 4,
  descriptors: 0,
  paced: 1,
};

async function main(
  options: Readonly<Record<keyof typeof DEFAULTS, number>>,
): Promise<number> {
  const report = await flood(options);
  print(describe(report));
  return report.failures.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await runTool("flood", DEFAULTS, main));
