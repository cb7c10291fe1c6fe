/**
 * Simulates uploads for as many seeds as wanted, or replays one.
 *
 *     deno run tests/simulation/main.ts [--seed N] [--runs N]
 *
 * @module
 */

import { print, readNumbers, runTool, UsageError } from "../stress/flags.ts";
import { generate } from "./generate.ts";
import { run } from "./run.ts";
import { REAL } from "./server.ts";
import { explain } from "./shrink.ts";

const DEFAULT_RUNS = 10_000;

/** @returns The exit code. */
function replay(seed: number): number {
  const { violation, counts } = run(generate(seed), REAL, print);
  print(`${counts.begun} begun, ${counts.stored} stored`);
  if (violation === undefined) return 0;
  print(`seed ${seed} fails: ${violation.message}`);
  return 1;
}

/** @returns The exit code. */
async function search(first: number, runs: number): Promise<number> {
  let [begun, stored, refused, failed] = [0, 0, 0, 0];
  let failing: number | undefined;
  const start = performance.now();
  for (let seed = first; seed < first + runs; seed++) {
    const { counts, violation } = run(generate(seed), REAL);
    begun += counts.begun;
    stored += counts.stored;
    refused += counts.refused;
    failed += counts.failed;
    if (violation !== undefined) failing = seed;
    if (violation !== undefined) break;
    // What closes its port awaits that: it is let go only now.
    if (seed % 1_000 === 0) await Promise.resolve();
  }
  const seconds = (performance.now() - start) / 1_000;
  print(
    `${begun} uploads in ${seconds.toFixed(1)} s, ` +
      `${Math.round(begun / seconds)} per second: ${stored} stored, ` +
      `${failed} failed; ${refused} requests refused`,
  );
  if (failing === undefined) return 0;
  print(explain(generate(failing), REAL));
  return 1;
}

/** A number that is left out is none. */
function isCount(number: number): boolean {
  return Number.isNaN(number) || Number.isInteger(number) && number >= 1;
}

if (import.meta.main) {
  Deno.exitCode = await runTool("simulation", async () => {
    const { seed, runs } = readNumbers({ seed: NaN, runs: NaN });
    if (!isCount(seed) || !isCount(runs)) {
      throw new UsageError("expected whole numbers from 1");
    }
    // With a seed and nothing else that one is replayed.
    const isOne = Number.isNaN(runs) && !Number.isNaN(seed);
    return isOne ? replay(seed) : await search(seed || 1, runs || DEFAULT_RUNS);
  });
}
