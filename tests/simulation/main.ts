/**
 * Simulates uploads for as many seeds as wanted, or replays one.
 *
 *     deno run tests/simulation/main.ts [--seed N] [--runs N]
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { generate } from "./generate.ts";
import { REAL } from "./machine.ts";
import { explain } from "./shrink.ts";
import { run } from "./world.ts";

/** What the command line asks for. */
type Command =
  | { readonly kind: "replay"; readonly seed: number }
  | { readonly kind: "search"; readonly seed: number; readonly runs: number }
  | { readonly kind: "wrong"; readonly message: string };

const USAGE = "usage: simulation [--seed N] [--runs N]";
const DEFAULT_RUNS = 10_000;

function parse(args: string[]): Command {
  let unknown: string | undefined;
  const flags = parseArgs(args, {
    string: ["seed", "runs"],
    unknown: (arg) => {
      unknown ??= arg;
      return false;
    },
  });
  if (unknown !== undefined) {
    return { kind: "wrong", message: `unknown argument "${unknown}"` };
  }
  const seed = parseCount(flags["seed"]);
  const runs = parseCount(flags["runs"]);
  if (seed === "wrong" || runs === "wrong") {
    const message = "--seed and --runs want a whole number from 1";
    return { kind: "wrong", message };
  }
  return seed !== undefined && runs === undefined
    ? { kind: "replay", seed }
    : { kind: "search", seed: seed ?? 1, runs: runs ?? DEFAULT_RUNS };
}

function parseCount(value: unknown): number | undefined | "wrong" {
  if (value === undefined) return undefined;
  return typeof value === "string" && /^[1-9][0-9]{0,14}$/.test(value)
    ? Number(value)
    : "wrong";
}

/** @returns The exit code. */
function replay(seed: number): number {
  const { violation, counts } = run(generate(seed), REAL, print);
  print(`${counts.begun} begun, ${counts.stored} stored`);
  if (violation === undefined) return 0;
  print(`seed ${seed} fails: ${violation.message}`);
  return 1;
}

/** @returns The exit code. */
function search(first: number, runs: number): number {
  const sum = { begun: 0, stored: 0, refused: 0, failed: 0 };
  const start = performance.now();
  let failing: number | undefined;
  for (let seed = first; seed < first + runs; seed++) {
    const { counts, violation } = run(generate(seed), REAL);
    sum.begun += counts.begun;
    sum.stored += counts.stored;
    sum.refused += counts.refused;
    sum.failed += counts.failed;
    if (violation === undefined) continue;
    failing = seed;
    break;
  }
  const seconds = (performance.now() - start) / 1_000;
  print(
    `${sum.begun} uploads in ${seconds.toFixed(1)} s, ` +
      `${Math.round(sum.begun / seconds)} per second: ${sum.stored} stored, ` +
      `${sum.failed} failed; ${sum.refused} requests refused`,
  );
  if (failing === undefined) return 0;
  print(explain(generate(failing), REAL));
  return 1;
}

function print(line: string): void {
  // deno-lint-ignore no-console -- the output is the result.
  console.log(line);
}

if (import.meta.main) {
  const command = parse(Deno.args);
  switch (command.kind) {
    case "wrong":
      // deno-lint-ignore no-console -- a tool's word to its user.
      console.error(`simulation: error: ${command.message}\n${USAGE}`);
      Deno.exit(2);
      break;
    case "replay":
      Deno.exitCode = replay(command.seed);
      break;
    case "search":
      Deno.exitCode = search(command.seed, command.runs);
  }
}
