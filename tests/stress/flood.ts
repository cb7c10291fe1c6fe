/**
 * A flood of write requests, as from forged addresses: nobody reads the answers
 * and no data follows. Meanwhile clients in earnest upload, and must not lose a
 * byte; memory must stay bounded, and the server must be well right after it.
 *
 * Run by hand, it sends 100 000 requests.
 *
 * @module
 */

import { join } from "@std/path";
import { ServerProcess } from "../process.ts";
import { Random } from "../random.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { Client } from "./client.ts";
import { print, readNumbers, runTool } from "./flags.ts";
import { mebibytes, statsOf } from "./process_stats.ts";
import { sendRequests } from "./requests.ts";
import { differenceOf } from "./stored.ts";

/** Many blocks, so that the flood falls into the middle of each upload. */
const FILE_BYTES = 200_000;
/** A client that fails this often will not do better. */
const ENOUGH_FAILURES = 5;
/** Forged requests come from many addresses, and must reach the server. */
export const EVERYWHERE: readonly string[] = ["--bind", "0.0.0.0"];

const DEFAULTS = {
  /** Requests without anything behind them. */
  requests: 100_000,
  /** Clients in earnest, each uploading one file after the other. */
  clients: 4,
  /** 0 sends as fast as possible: most requests find the buffer full. */
  paced: 1,
};

/** How much of everything. */
export type FloodOptions = Readonly<typeof DEFAULTS>;

/** What became of it; times in milliseconds. */
export interface FloodReport {
  /** How many of the requests the server took. */
  readonly taken: number;
  readonly floodMs: number;
  /** Uploads in earnest that are stored as sent. */
  readonly stored: number;
  /** What is wrong with the others. */
  readonly failures: readonly string[];
  /** How long after the last request a new upload was stored. */
  readonly recoveryMs: number;
  /** The server's peak of memory, bytes; where it can be known. */
  readonly peakBytes: number | undefined;
  /** Processor time of the server during the flood; likewise. */
  readonly cpuMs: number | undefined;
}

/** Floods a server of its own. */
export function flood(
  { requests, clients, paced }: FloodOptions,
): Promise<FloodReport> {
  return withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory, EVERYWHERE);
    const before = await statsOf(server.pid);
    const outcome: Outcome = { stored: 0, failures: [], isOver: false };
    const upload = (prefix: string) =>
      uploadOn(new Client(server.port), directory, prefix, outcome);
    const uploading = Array.from({ length: clients }, (_, i) => upload(`${i}`));
    const since = performance.now();
    await sendRequests(server.port, requests, paced !== 0);
    const floodMs = performance.now() - since;
    outcome.isOver = true;
    await upload("late");
    const recoveryMs = performance.now() - since - floodMs;
    await Promise.all(uploading);
    const after = await statsOf(server.pid);
    return {
      ...outcome,
      taken: server.lines.filter((it) => /accepted "flood/.test(it)).length,
      ...{ floodMs, recoveryMs },
      peakBytes: after?.peakBytes,
      cpuMs: before && after && after.cpuMs - before.cpuMs,
    };
  });
}

/** What the clients in earnest have in common. */
interface Outcome {
  stored: number;
  readonly failures: string[];
  isOver: boolean;
}

/** A client in earnest: one upload after the other, one at least. */
async function uploadOn(
  client: Client,
  directory: string,
  prefix: string,
  outcome: Outcome,
): Promise<void> {
  await using _ = client;
  const content = new Random(1).bytes(FILE_BYTES);
  for (let i = 0; i === 0 || !outcome.isOver; i++) {
    const name = `real-${prefix}-${i}`;
    const ending = await client.upload({ name, content });
    const trouble = ending.kind === "acknowledged"
      ? await differenceOf(directory, name, content)
      : `${name}: ${JSON.stringify(ending)}`;
    if (trouble === undefined) {
      outcome.stored++;
      await Deno.remove(join(directory, name));
    } else {
      outcome.failures.push(trouble);
      if (outcome.failures.length >= ENOUGH_FAILURES) return;
    }
  }
}

async function main(options: FloodOptions): Promise<number> {
  const { floodMs, taken, stored, failures, ...report } = await flood(options);
  const { recoveryMs, peakBytes = NaN, cpuMs = NaN } = report;
  const rate = Math.round(options.requests / floodMs * 1_000);
  print(`requests: ${options.requests} at ${rate} per second, ${taken} taken`);
  print(`uploads meanwhile: ${stored} stored, ${failures.length} failed`);
  print(`new upload after the flood: ${recoveryMs.toFixed(1)} ms`);
  print(`server: peak ${mebibytes(peakBytes)}, ${cpuMs} ms of processor time`);
  for (const failure of failures) print(failure);
  return failures.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  Deno.exit(await runTool("flood", () => main(readNumbers(DEFAULTS))));
}
