/**
 * Compares this program with the TFTP servers that are installed, side by side:
 * the same work for each in turn, several times over, and the medians.
 *
 * Peers are looked for in `--peers DIR` (as `tftpd-hpa/`, `atftpd/`, `gopin/`)
 * and in their usual places; so is the load generator `tput`. Without it real
 * clients do what they can.
 *
 * The table goes to stdout at the end, what happens meanwhile to stderr.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import {
  type Contestant,
  findContestants,
  isFromSource,
  launch,
  type Server,
  stop,
} from "./bench/contestant.ts";
import { describeMachine, memoryOf } from "./bench/machine.ts";
import {
  measureStarts,
  measureWork,
  type SessionOptions,
} from "./bench/session.ts";
import { untilAnswering } from "./bench/startup.ts";
import { headOf, layOut, plainRow, workRow } from "./bench/table.ts";
import { type Work, WORKS } from "./bench/work.ts";

const USAGE = `Usage:
    deno task bench [--peers DIR] [--runs N] [--work W1,W3]
                    [--threads 1,2]

Options:
    --peers DIR     Look for other servers and for the load generator in DIR.
                    Default: the current directory.
    --runs N        Measure each server N times. Default: 5.
    --work LIST     Do these works only, as in W1,W3. Default: all.
    --threads LIST  Compare this program with so many threads for uploads, as in
                    1,2. Default: as many as it starts by itself.
    --help          Print this help and exit.

Works:
${WORKS.map(({ name, what }) => `    ${name}   ${what}`).join("\n")}`;

interface Options {
  readonly peers: string;
  readonly runs: number;
  readonly works: readonly Work[];
  readonly threads: readonly number[];
}

async function main(): Promise<number> {
  const options = parse(Deno.args);
  if (options === "help") {
    say(USAGE);
    return 0;
  }
  if (typeof options === "string") {
    tell(`error: ${options}`);
    tell("hint: try deno task bench --help");
    return 2;
  }
  const directory = await Deno.makeTempDir({ prefix: "wotftp-bench-" });
  try {
    say(await compare(options, directory));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
  return 0;
}

/** Turns the command line into options, `help`, or what is wrong with it. */
function parse(args: readonly string[]): Options | string {
  const unknown: string[] = [];
  const flags: Record<string, unknown> = parseArgs([...args], {
    boolean: ["help"],
    string: ["peers", "runs", "work", "threads"],
    unknown: (arg) => {
      unknown.push(arg);
      return false;
    },
  });
  if (unknown.length > 0) return `unknown argument "${unknown[0]}"`;
  if (flags["help"] === true) return "help";
  const { peers = ".", runs = "5" } = flags;
  if (typeof peers !== "string" || peers === "") return "no folder in --peers";
  if (typeof runs !== "string" || !/^[1-9][0-9]{0,2}$/.test(runs)) {
    return `"${runs}" in --runs is no number from 1 to 999`;
  }
  const names = typeof flags["work"] === "string"
    ? flags["work"].split(",")
    : WORKS.map(({ name }) => name);
  const stranger = names.find((it) => !WORKS.some(({ name }) => name === it));
  if (stranger !== undefined) return `no work "${stranger}" in --work`;
  const works = WORKS.filter(({ name }) => names.includes(name));
  const threads = typeof flags["threads"] === "string"
    ? flags["threads"].split(",")
    : [];
  const odd = threads.find((it) => !/^[1-9][0-9]{0,2}$/.test(it));
  if (odd !== undefined) return `"${odd}" in --threads is no number of threads`;
  return { peers, runs: Number(runs), works, threads: threads.map(Number) };
}

async function compare(
  { peers, runs, works, threads }: Options,
  directory: string,
): Promise<string> {
  const tput = await ifThere(join(peers, "tput"));
  if (tput === undefined) {
    tell("no load generator: only what curl and atftp can do");
  }
  const session: SessionOptions = { runs, tput, tell };
  const contestants = await findContestants(peers, threads);
  const starts = await measureStarts(contestants, directory, session);
  const servers: Server[] = [];
  try {
    for (const [index, contestant] of contestants.entries()) {
      const server = launch(contestant, join(directory, `${index}`));
      servers.push(server);
      await untilAnswering(server);
    }
    const idle = await memoryOfAll(servers, "nowMegabytes");
    const rows: string[][] = [];
    for (const work of works) {
      const results = await measureWork(work, servers, session);
      if (results.size > 0) {
        rows.push(workRow(work, contestants, { results, runs }));
      }
    }
    const peak = await memoryOfAll(servers, "peakMegabytes");
    const plain = (title: string, results: typeof starts, unit: string) =>
      plainRow(title, contestants, { results, unit });
    rows.push(
      plain("start to first ACK", starts, "ms"),
      plain("memory idle", idle, "MB"),
      plain("memory at its peak", peak, "MB"),
    );
    const facts = await factsOf(contestants, runs);
    return `${facts}\n\n${layOut(headOf(contestants), rows)}`;
  } finally {
    for (const server of servers) await stop(server);
  }
}

async function factsOf(
  contestants: readonly Contestant[],
  runs: number,
): Promise<string> {
  const own = contestants.find(({ role }) => role === "own");
  const isSource = own !== undefined && isFromSource(own);
  return [
    ...await describeMachine(),
    isSource ? "wotftp run from source" : "wotftp as compiled binary",
    runs === 1 ? "a single run" : `medians of ${runs} runs`,
  ].join(", ");
}

async function memoryOfAll(
  servers: readonly Server[],
  which: "nowMegabytes" | "peakMegabytes",
): Promise<Map<Contestant, number[]>> {
  const all = new Map<Contestant, number[]>();
  for (const server of servers) {
    all.set(server.contestant, [(await memoryOf(server))[which]]);
  }
  return all;
}

async function ifThere(path: string): Promise<string | undefined> {
  return await Deno.stat(path).then(() => path, () => undefined);
}

function say(text: string): void {
  // deno-lint-ignore no-console -- the output is the result.
  console.log(text);
}

function tell(line: string): void {
  // deno-lint-ignore no-console -- a tool's word to its user.
  console.error(`bench: ${line}`);
}

if (import.meta.main) Deno.exit(await main());
