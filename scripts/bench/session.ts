/**
 * Measures: every server has its turn in every run, so that a change of the
 * machine's mood meets all alike.
 *
 * @module
 */

import { join } from "@std/path";
import type { Contestant, Server } from "./contestant.ts";
import { timeStart } from "./startup.ts";
import {
  drive,
  driveByHand,
  PATIENCE_SECONDS,
  type Result,
  type Work,
} from "./work.ts";

/** What was measured of each server, one a run. */
export type Measured<T> = ReadonlyMap<Contestant, readonly T[]>;

/** How to measure. */
export interface SessionOptions {
  /** How often each server is measured. */
  readonly runs: number;
  /** The load generator, if there is one. */
  readonly tput: string | undefined;
  /** Takes a line about the progress. */
  tell(line: string): void;
}

/** A peer that takes longer over a lossy work is not asked again. */
const LOSSY_PATIENCE_SECONDS = 20;

/**
 * Measures how long the servers take to start.
 *
 * @param contestants What to start.
 * @param directory A folder for them to store in.
 * @param options How to measure.
 * @returns Milliseconds from the start of the process to the first answer.
 */
export async function measureStarts(
  contestants: readonly Contestant[],
  directory: string,
  { runs, tell }: SessionOptions,
): Promise<Measured<number>> {
  const results = new Map<Contestant, number[]>();
  for (let run = 1; run <= runs; run++) {
    for (const [index, contestant] of contestants.entries()) {
      const folder = join(directory, `start-${run}-${index}`);
      const ms = await timeStart(contestant, folder);
      tell(`start, run ${run}, ${contestant.name}: ${ms.toFixed(0)} ms`);
      add(results, contestant, ms);
    }
  }
  return results;
}

/**
 * Has a work done by all servers in turn, as often as it is bearable.
 *
 * @param work The work.
 * @param servers The servers.
 * @param options How to measure.
 */
export async function measureWork(
  work: Work,
  servers: readonly Server[],
  { runs, tput, tell }: SessionOptions,
): Promise<Measured<Result>> {
  const results = new Map<Contestant, Result[]>();
  for (let run = 1; run <= runs; run++) {
    for (const { contestant, port, folder } of servers) {
      const before = results.get(contestant) ?? [];
      if (!isBearable(work, contestant, before)) continue;
      const target = { port, prefix: `${work.name}-${run}` };
      const result = tput === undefined
        ? await driveByHand(work, target)
        : await drive(work, { ...target, tput });
      await empty(folder);
      if (result === undefined) continue;
      const { megabytesPerSecond, seconds } = result;
      tell(
        `${work.name}, run ${run}, ${contestant.name}: ` +
          `${megabytesPerSecond.toFixed(1)} MB/s, ${seconds.toFixed(1)} s`,
      );
      add(results, contestant, result);
    }
  }
  return results;
}

/** Whether there is time for another run. */
function isBearable(
  { loss }: Work,
  { role }: Contestant,
  before: readonly Result[],
): boolean {
  // It repeats nothing, so where packets are lost it is far from the floor.
  if (loss > 0 && role === "floor") return false;
  const times = before.map(({ seconds }) => seconds);
  const spent = times.reduce((sum, it) => sum + it, 0);
  if (spent + Math.max(0, ...times) > PATIENCE_SECONDS) return false;
  // Some peers stall for a second at every loss: once is enough to know.
  return loss === 0 || role !== "peer" ||
    before.every(({ failed, seconds }) =>
      failed === 0 && seconds <= LOSSY_PATIENCE_SECONDS
    );
}

/**
 * Empties the uploads and has the disk settle, lest it fill, and lest one
 * server's fsync pay for what another one left unwritten. They are not removed
 * before the end: for minutes an ext4 without a journal passes over the place of
 * each file that was, one by one, and whoever makes the next thousand files pays
 * for the thousand before. Names with a leading dot are our lock and part files.
 */
async function empty(folder: string): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || name.startsWith(".")) continue;
    await Deno.truncate(join(folder, name));
  }
  await new Deno.Command("sync", { args: ["-f", folder] }).output();
}

function add<T>(
  results: Map<Contestant, T[]>,
  contestant: Contestant,
  result: T,
): void {
  results.set(contestant, [...results.get(contestant) ?? [], result]);
}
