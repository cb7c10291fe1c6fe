/**
 * Compares this program with the TFTP servers that are installed, side by side:
 * the same work for each in turn, several times over, and the medians.
 *
 * Peers are looked for in `--peers DIR` (as `tftpd-hpa/`, `atftpd/`, `gopin/`)
 * and in their usual places; so is the load generator `tput`. Without it real
 * clients do what they can.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import { type Contestant, startAll } from "./bench/contestant.ts";
import {
  drive,
  driveByHand,
  type Result,
  type Work,
  WORKS,
} from "./bench/work.ts";

const USAGE = `Usage:
    deno task bench [--peers DIR] [--runs N] [--work W1,W3] [--no-sync]`;

async function main(): Promise<number> {
  const unknown: string[] = [];
  const flags: Record<string, unknown> = parseArgs([...Deno.args], {
    boolean: ["no-sync", "help"],
    string: ["peers", "runs", "work"],
    unknown: (arg) => {
      unknown.push(arg);
      return false;
    },
  });
  const runs = Number(flags["runs"] ?? 5);
  const names = typeof flags["work"] === "string"
    ? flags["work"].split(",")
    : WORKS.map(({ name }) => name);
  const works = WORKS.filter(({ name }) => names.includes(name));
  const isWrong = unknown.length > 0 || works.length < names.length ||
    !Number.isInteger(runs) || runs < 1;
  if (isWrong || flags["help"] === true) {
    say(USAGE);
    return isWrong ? 2 : 0;
  }
  const peers = typeof flags["peers"] === "string" ? flags["peers"] : ".";
  const directory = await Deno.makeTempDir({ prefix: "wotftp-bench-" });
  const contestants = await startAll(
    peers,
    directory,
    flags["no-sync"] !== true,
  );
  try {
    await compare(works, contestants, runs, join(peers, "tput"));
  } finally {
    for (const { process } of contestants) {
      process.kill("SIGKILL");
      await process.status;
    }
    await Deno.remove(directory, { recursive: true });
  }
  return 0;
}

async function compare(
  works: readonly Work[],
  contestants: readonly Contestant[],
  runs: number,
  tput: string,
): Promise<void> {
  const hasTput = await Deno.stat(tput).then(() => true, () => false);
  if (!hasTput) say("no load generator: only what curl and atftp can do");
  const names = contestants.map(({ name }) => name);
  say(`| work | ${names.join(" | ")} | to best peer | to floor |`);
  say(`| --- | ${names.map(() => "---: |").join(" ")} ---: | ---: |`);
  for (const work of works) {
    const results = new Map<string, Result[]>();
    for (let run = 0; run < runs; run++) {
      for (const { name, port } of contestants) {
        const result = hasTput
          ? await drive(tput, work, port)
          : await driveByHand(work, port);
        if (result !== undefined) {
          results.set(name, [...results.get(name) ?? [], result]);
        }
      }
    }
    if (results.size > 0) say(row(work, names, results));
  }
  for (const contestant of contestants) say(await memoryOf(contestant));
}

function row(
  work: Work,
  names: readonly string[],
  results: ReadonlyMap<string, readonly Result[]>,
): string {
  const isCrowd = work.atOnce > 1;
  const speeds = new Map(names.map((name) => [
    name,
    median((results.get(name) ?? []).map((it) => it.megabytesPerSecond)),
  ]));
  const cells = names.map((name) => {
    const all = results.get(name) ?? [];
    const failed = all.reduce((sum, it) => sum + it.failed, 0);
    const p99 = median(all.map((it) => it.p99Ms));
    const repeats = median(all.map((it) => it.repeats));
    const crowd = isCrowd ? `, p99 ${Math.round(p99)} ms, ${repeats} rep.` : "";
    const lost = failed > 0 ? `, ${failed} failed` : "";
    return `${(speeds.get(name) ?? 0).toFixed(1)} MB/s${crowd}${lost}`;
  });
  const own = speeds.get("wotftp") ?? 0;
  const best = Math.max(
    ...names.filter((name) => name !== "wotftp" && name !== "floor")
      .map((name) => speeds.get(name) ?? 0),
  );
  const floor = speeds.get("floor") ?? 0;
  return `| ${work.name}: ${work.what} | ${cells.join(" | ")} | ` +
    `${(own / best).toFixed(2)} | ${(own / floor).toFixed(2)} |`;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Another program reads it: a Deno program may not, without all rights. */
async function memoryOf({ name, process }: Contestant): Promise<string> {
  const { stdout } = await new Deno.Command("grep", {
    args: ["-E", "VmHWM|VmRSS", `/proc/${process.pid}/status`],
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  const megabytes = (field: string) => {
    const kilobytes = new RegExp(`${field}:\\s*(\\d+)`).exec(text)?.[1];
    return Math.round(Number(kilobytes ?? NaN) / 1_000);
  };
  return `${name}: memory ${megabytes("VmRSS")} MB, at its peak ` +
    `${megabytes("VmHWM")} MB`;
}

function say(text: string): void {
  // deno-lint-ignore no-console -- the output is the result.
  console.log(text);
}

if (import.meta.main) Deno.exit(await main());
