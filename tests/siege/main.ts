/**
 * Lays siege to the server: one hostile world after the other, with real clients
 * in it. What a machine does not permit is skipped, and the reason printed; most
 * of it needs Linux and root.
 *
 * @module
 */

import { print, readFlags, runTool, UsageError } from "../stress/flags.ts";
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
  const flags = readFlags([], ["only", "seconds"]);
  const only = flags.get("only");
  const scenarios = SCENARIOS.filter(({ name }) =>
    only === undefined || name === only || name.startsWith(`${only}/`)
  );
  if (scenarios.length === 0) throw new UsageError(`no "${only}" to try`);
  const seconds = flags.get("seconds") ?? `${DEFAULT_SECONDS}`;
  if (!/^[1-9][0-9]{0,3}$/.test(seconds)) {
    const wanted = "in --seconds is no number from 1 to 9999";
    throw new UsageError(`"${seconds}" ${wanted}`);
  }
  const fallen: string[] = [];
  for (const scenario of scenarios) {
    if (!await attempt(scenario, Number(seconds))) fallen.push(scenario.name);
  }
  if (fallen.length > 0) print(`failed: ${fallen.join(", ")}`);
  return fallen.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await runTool("siege", main, USAGE));
