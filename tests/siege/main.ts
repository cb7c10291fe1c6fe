/**
 * Lays siege to the server: one hostile world after the other, with real clients
 * in it. What a machine does not permit is skipped, and the reason printed; most
 * of it needs Linux and root.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { print } from "../stress/flags.ts";
import { LATE_MOUNT, RENAMED } from "./away.ts";
import { GUESSED_PORTS, HALF_OPEN, KNOWN_PORT, RESERVATION } from "./claims.ts";
import { LOG_READER, STOP } from "./end.ts";
import { FLOODS } from "./flood.ts";
import { FROZEN_DISK } from "./frozen_disk.ts";
import { MEMORY } from "./memory.ts";
import type { Scenario } from "./scenario.ts";

const SCENARIOS: readonly Scenario[] = [
  ...FLOODS,
  ...[FROZEN_DISK, LATE_MOUNT, RENAMED, MEMORY, LOG_READER],
  ...[RESERVATION, HALF_OPEN, KNOWN_PORT, GUESSED_PORTS, STOP],
];
const DEFAULT_SECONDS = 10;
const USAGE = `Usage:
    deno task siege [--only NAME] [--seconds N]

Options:
    --only NAME   Try this one only, or all of a kind, as in flood/large.
    --seconds N   Floods and the like last N seconds. Default: ${DEFAULT_SECONDS}.
    --help        Print this help and exit.

Names:
${
  SCENARIOS.map(({ name, what }) => `    ${name.padEnd(18)} ${what}`).join("\n")
}`;

interface Options {
  readonly scenarios: readonly Scenario[];
  readonly seconds: number;
}

/** Turns the command line into options, `help`, or what is wrong with it. */
function parse(args: readonly string[]): Options | string {
  const unknown: string[] = [];
  const flags: Record<string, unknown> = parseArgs([...args], {
    boolean: ["help"],
    string: ["only", "seconds"],
    unknown: (arg) => {
      unknown.push(arg);
      return false;
    },
  });
  if (unknown.length > 0) return `unknown argument "${unknown[0]}"`;
  if (flags["help"] === true) return "help";
  const { only, seconds = `${DEFAULT_SECONDS}` } = flags;
  const scenarios = SCENARIOS.filter(({ name }) =>
    only === undefined || name === only || name.startsWith(`${only}/`)
  );
  if (scenarios.length === 0) return `no "${only}" to try`;
  if (typeof seconds !== "string" || !/^[1-9][0-9]{0,3}$/.test(seconds)) {
    return `"${seconds}" in --seconds is no number from 1 to 9999`;
  }
  return { scenarios, seconds: Number(seconds) };
}

/** @returns Whether the server held. */
async function attempt(
  { name, what, run }: Scenario,
  seconds: number,
): Promise<boolean> {
  print(`${name}: ${what}`);
  const verdict = await run(seconds, (line) => print(`  ${line}`));
  if (verdict.kind === "skipped") {
    print(`  skipped: ${verdict.reason}`);
    return true;
  }
  for (const failure of verdict.failures) print(`  FAILED: ${failure}`);
  return verdict.failures.length === 0;
}

async function main(): Promise<number> {
  const options = parse(Deno.args);
  if (options === "help") {
    print(USAGE);
    return 0;
  }
  if (typeof options === "string") {
    // deno-lint-ignore no-console -- a tool's word to its user.
    console.error(`siege: error: ${options}\nsiege: hint: see --help`);
    return 2;
  }
  const fallen: string[] = [];
  for (const scenario of options.scenarios) {
    if (!await attempt(scenario, options.seconds)) fallen.push(scenario.name);
  }
  if (fallen.length > 0) print(`failed: ${fallen.join(", ")}`);
  return fallen.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
