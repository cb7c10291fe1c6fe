/**
 * Uploads to the server with clients that others wrote, and says which of them
 * can. Each gets what it needs in a folder of its own, for as long as it takes;
 * one that cannot be had here is skipped, and the reason printed.
 *
 * @module
 */

import { print, readFlags, runTool, UsageError } from "../stress/flags.ts";
import { type Stack, STACKS } from "./stack.ts";
import { attempt } from "./trial.ts";

const USAGE = `Usage:
    deno task interop [--only NAME]

Options:
    --only NAME   Try this client only.
    --list        Print the names of all and exit.
    --help        Print this help and exit.`;

/** Where the columns of the table begin. */
const VERSION_COLUMN = 14;
const RESULT_COLUMN = VERSION_COLUMN + 24;

/** Prints a row of the table. */
function printRow(name: string, version: string, result: string): void {
  const left = `${name.padEnd(VERSION_COLUMN - 1)} ${version}`;
  print(`${left.padEnd(RESULT_COLUMN - 1)} ${result}`);
}

/** @returns Whether the server has all that the client sent. */
async function report(stack: Stack): Promise<boolean> {
  const verdict = await attempt(stack);
  if (verdict.kind === "skipped") {
    printRow(stack.name, "-", `skipped: ${verdict.reason}`);
    return true;
  }
  let [name, version] = [stack.name, verdict.version];
  for (const { terms, files, failures } of verdict.results) {
    const stored = files - failures.length;
    printRow(name, version, `${terms}: ${stored} of ${files}`);
    for (const failure of failures) printRow("", "", `FAILED: ${failure}`);
    [name, version] = ["", ""];
  }
  return verdict.results.every(({ failures }) => failures.length === 0);
}

async function main(): Promise<number> {
  const flags = readFlags(["list"], ["only"]);
  if (flags.has("list")) {
    for (const { name, what } of STACKS) {
      print(`${name.padEnd(VERSION_COLUMN - 1)} ${what}`);
    }
    return 0;
  }
  const only = flags.get("only");
  const wanted = STACKS.filter(({ name }) => name === (only ?? name));
  if (wanted.length === 0) {
    throw new UsageError(`no client "${only}"; expected a name of --list`);
  }
  printRow("client", "version", "terms: files stored as sent");
  const failed: string[] = [];
  for (const stack of wanted) {
    if (!await report(stack)) failed.push(stack.name);
  }
  if (failed.length > 0) print(`failed: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await runTool("interop", main, USAGE));
