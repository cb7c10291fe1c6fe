/**
 * Many clients with every fault, for long. Whenever they pause and all dallies
 * are over, the server must have no more descriptors open than at the first
 * pause, and not much more memory: what grows from pause to pause is a leak.
 *
 * @module
 */

import { ServerProcess } from "../process.ts";
import { list } from "../server/harness.ts";
import { print, runTool } from "./flags.ts";
import { Nuisance } from "./nuisance.ts";
import { mebibytes, type Stats, statsOf } from "./process_stats.ts";
import { newSeed, Random } from "./random.ts";

/** How long and how much. */
export interface SoakOptions {
  /** Clients at once. */
  readonly clients: number;
  /** Bouts of load, each followed by a pause; the first warms up. */
  readonly bouts: number;
  /** Load of a bout, milliseconds. */
  readonly loadMs: number;
  /** Where chance begins. */
  readonly seed: number;
}

/** What became of it. */
export interface SoakReport {
  /** Uploads by their end. */
  readonly counts: Readonly<Record<string, number>>;
  /** What is wrong with the server. */
  readonly failures: readonly string[];
  /** The server before any load. */
  readonly idle: Stats | undefined;
  /** The server at each pause; none where there is no `/proc`. */
  readonly pauses: readonly Stats[];
}

/** A client that fell silent is given up soon, or a pause would take long. */
const IDLE_TIMEOUT = "2s";
/** The longest dally, a timeout of the clients' longest, and some patience. */
const PAUSE_WITHIN_MS = 20_000;
const LAST_WORDS = 6;
/** How often the server is looked at during a pause. */
const LOOK_EVERY_MS = 250;
/** A runtime opens some descriptors late: threads, a poller, random numbers. */
const SPARE_DESCRIPTORS = 4;
/** Collected memory goes back to the system late, and never all of it. */
const SPARE_BYTES = 96 * 2 ** 20;

/**
 * Soaks a server of its own.
 *
 * @param options How long and how much.
 * @param onPause Told about every pause.
 */
export async function soak(
  { clients, bouts, loadMs, seed }: SoakOptions,
  onPause: (stats: Stats) => void = () => {},
): Promise<SoakReport> {
  const directory = await Deno.makeTempDir({ prefix: "wotftp-soak-" });
  const random = new Random(seed);
  try {
    await using server = await ServerProcess.start(directory, [
      ...["--idle-timeout", IDLE_TIMEOUT],
    ]);
    const idle = await statsOf(server.pid);
    const crowd = Array.from(
      { length: clients },
      (_, i) => new Nuisance(server.port, directory, `c${i}`, random.fork()),
    );
    const failures: string[] = [];
    const pauses: Stats[] = [];
    for (let i = 0; i < bouts && failures.length === 0; i++) {
      const until = performance.now() + loadMs;
      await Promise.all(
        crowd.map((it) => it.run(() => performance.now() < until)),
      );
      const stats = await pause(server.pid, pauses[0] ?? idle);
      for (const it of crowd) await it.check();
      for (const failure of crowd.flatMap((it) => it.failures)) {
        failures.push(failure, ...wordsOn(failure, server.lines));
      }
      failures.push(...parts(directory));
      if (stats === undefined) continue;
      pauses.push(stats);
      onPause(stats);
    }
    failures.push(...leaks(idle, pauses));
    return { counts: countsOf(crowd), failures, idle, pauses };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Waits until the descriptors are closed, or for as long as it may take. */
async function pause(
  pid: number,
  baseline: Stats | undefined,
): Promise<Stats | undefined> {
  const end = performance.now() + PAUSE_WITHIN_MS;
  while (true) {
    const stats = await statsOf(pid);
    const isBack = stats === undefined || baseline === undefined ||
      stats.descriptors <= baseline.descriptors;
    if (isBack || performance.now() > end) return stats;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** What the server said last about the file that a failure begins with. */
function wordsOn(failure: string, lines: readonly string[]): string[] {
  const name = failure.slice(0, failure.indexOf(" "));
  return lines.filter((line) => line.includes(`"${name}"`)).slice(-LAST_WORDS);
}

/** Nothing is uploaded any more, so no part may be left. */
function parts(directory: string): string[] {
  return list(directory).filter((name) => name.endsWith(".part"))
    .map((name) => `${name} was left behind`);
}

/** The first pause is the baseline: by then all code was run once. */
function leaks(idle: Stats | undefined, pauses: readonly Stats[]): string[] {
  const [first] = pauses;
  const last = pauses.at(-1);
  if (idle === undefined || first === undefined || last === undefined) {
    return [];
  }
  const found: string[] = [];
  const { descriptors } = last;
  if (descriptors > idle.descriptors + SPARE_DESCRIPTORS) {
    found.push(`descriptors leak: ${idle.descriptors} before, ${descriptors}`);
  }
  if (last.rssBytes > first.rssBytes + SPARE_BYTES) {
    const [from, to] = [mebibytes(first.rssBytes), mebibytes(last.rssBytes)];
    found.push(`memory leaks: ${from} at the first pause, ${to} at the last`);
  }
  return found;
}

function countsOf(crowd: readonly Nuisance[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const it of crowd) {
    for (const [kind, number] of Object.entries(it.counts)) {
      counts[kind] = (counts[kind] ?? 0) + number;
    }
  }
  return counts;
}

/** Load of a bout and, roughly, the pause behind it, seconds. */
const BOUT_S = { load: 15, pause: 6 } as const;

const DEFAULTS = {
  minutes: 5,
  clients: 16,
  seed: newSeed(),
};

async function main(
  options: Readonly<Record<keyof typeof DEFAULTS, number>>,
): Promise<number> {
  const { minutes, clients, seed } = options;
  print(`seed: ${seed}`);
  const { load, pause } = BOUT_S;
  const bouts = Math.max(2, Math.round(minutes * 60 / (load + pause)));
  const describe = ({ descriptors, rssBytes }: Stats) =>
    `${descriptors} descriptors, ${mebibytes(rssBytes)}`;
  const report = await soak(
    { clients, bouts, loadMs: load * 1_000, seed },
    (stats) => print(`pause: ${describe(stats)}`),
  );
  if (report.idle !== undefined) print(`before: ${describe(report.idle)}`);
  print(`uploads: ${JSON.stringify(report.counts)}`);
  for (const failure of report.failures) print(failure);
  return report.failures.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await runTool("soak", DEFAULTS, main));
