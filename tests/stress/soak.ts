/**
 * Many clients with every fault, for long. Whenever they pause and all dallies
 * are over, the server must have no more descriptors open than before, and not
 * much more memory than at the first pause: what grows from pause to pause is a
 * leak.
 *
 * @module
 */

import { ServerProcess } from "../process.ts";
import { newSeed, Random } from "../random.ts";
import { partsIn, withTempDirectory } from "../temp_directory.ts";
import { print, readNumbers, runTool } from "./flags.ts";
import { Nuisance } from "./nuisance.ts";
import { mebibytes, type Stats, statsOf } from "./process_stats.ts";

/** How long and how much. */
export interface SoakOptions {
  /** Clients at once. */
  readonly clients: number;
  /** Bouts of load, each followed by a pause. */
  readonly bouts: number;
  /** Load of a bout, milliseconds. */
  readonly loadMs: number;
  /** Where chance begins. */
  readonly seed: number;
}

/** What became of it. */
export interface SoakReport {
  /** Uploads that were acknowledged. */
  readonly acknowledged: number;
  /** What is wrong with the server. */
  readonly failures: readonly string[];
}

/** A client that fell silent is given up soon, or a pause would take long. */
const IDLE_TIMEOUT = "2s";
/** The longest dally, a timeout of the clients' longest, and some patience. */
const PAUSE_WITHIN_MS = 20_000;
const LAST_WORDS = 6;
/** How often the server is looked at during a pause. */
const LOOK_EVERY_MS = 250;
/** A thread that is started late has a socket of its own. */
const SPARE_DESCRIPTORS = 4;
/** Collected memory goes back to the system late, and never all of it. */
const SPARE_BYTES = 96 * 2 ** 20;

/**
 * Soaks a server of its own.
 *
 * @param options How long and how much.
 * @param onPause Told about the server before, and at every pause.
 */
export function soak(
  { clients, bouts, loadMs, seed }: SoakOptions,
  onPause: (stats: Stats) => void = () => {},
): Promise<SoakReport> {
  const random = new Random(seed);
  return withTempDirectory(async (directory) => {
    const flags = ["--idle-timeout", IDLE_TIMEOUT];
    await using server = await ServerProcess.start(directory, flags);
    const { port, pid, lines } = server;
    const failures: string[] = [];
    const crowd = random.list(
      clients,
      (i) => new Nuisance({ port, directory, prefix: `c${i}` }, random.fork()),
    );
    const seen: Stats[] = [];
    const look = (stats: Stats | undefined) => {
      if (stats === undefined) return;
      seen.push(stats);
      onPause(stats);
    };
    look(await statsOf(pid));
    for (let i = 0; i < bouts && failures.length === 0; i++) {
      const until = performance.now() + loadMs;
      const mayGoOn = () => performance.now() < until;
      await Promise.all(crowd.map((it) => it.run(mayGoOn)));
      look(await pause(pid, seen[0]));
      for (const it of crowd) await it.check();
      for (const failure of crowd.flatMap((it) => it.failures)) {
        failures.push(failure, ...wordsOn(failure, lines));
      }
      // Nothing is uploaded any more.
      const parts = partsIn(directory);
      failures.push(...parts.map((name) => `${name} was left behind`));
    }
    failures.push(...leaks(seen));
    const acknowledged = crowd.reduce((sum, it) => sum + it.acknowledged, 0);
    return { acknowledged, failures };
  });
}

/** Waits until the descriptors are closed, or for as long as it may take. */
async function pause(
  pid: number,
  before: Stats | undefined,
): Promise<Stats | undefined> {
  const end = performance.now() + PAUSE_WITHIN_MS;
  while (true) {
    const stats = await statsOf(pid);
    const isBack = stats === undefined || before === undefined ||
      stats.descriptors <= before.descriptors + SPARE_DESCRIPTORS;
    if (isBack || performance.now() > end) return stats;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** What the server said last about the file that a failure begins with. */
function wordsOn(failure: string, lines: readonly string[]): string[] {
  const name = failure.slice(0, failure.indexOf(" "));
  return lines.filter((line) => line.includes(`"${name}"`)).slice(-LAST_WORDS);
}

/** By the first pause all code was run once. */
function leaks([before, first, ...others]: readonly Stats[]): string[] {
  if (before === undefined || first === undefined) return [];
  const last = others.at(-1) ?? first;
  const sockets = `${before.descriptors} before, ${last.descriptors}`;
  const memory = `${mebibytes(first.rssBytes)}, ${mebibytes(last.rssBytes)}`;
  return [
    ...(last.descriptors > before.descriptors + SPARE_DESCRIPTORS
      ? [`descriptors leak: ${sockets}`]
      : []),
    ...(last.rssBytes > first.rssBytes + SPARE_BYTES
      ? [`memory leaks: ${memory}`]
      : []),
  ];
}

/** Load of a bout and, roughly, the pause behind it, seconds. */
const BOUT_S = { load: 15, pause: 6 } as const;

const DEFAULTS = { minutes: 5, clients: 16, seed: newSeed() };

async function main(
  { minutes, clients, seed }: Readonly<typeof DEFAULTS>,
): Promise<number> {
  print(`seed: ${seed}`);
  const { load, pause } = BOUT_S;
  const bouts = Math.max(2, Math.round(minutes * 60 / (load + pause)));
  const { acknowledged, failures } = await soak(
    { clients, bouts, loadMs: load * 1_000, seed },
    ({ descriptors, rssBytes }) =>
      print(`${descriptors} descriptors, ${mebibytes(rssBytes)}`),
  );
  print(`uploads: ${acknowledged} acknowledged`);
  for (const failure of failures) print(failure);
  return failures.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  Deno.exit(await runTool("soak", () => main(readNumbers(DEFAULTS))));
}
