/**
 * The command lines of the tools.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";

/** What is wrong with a command line. */
export class UsageError extends Error {}

/**
 * Runs a tool. With a usage it knows `--help`.
 *
 * @param name The tool's name, for complaints.
 * @param run Does the work; resolves to the exit code.
 * @param usage What it prints when asked.
 * @returns The exit code; 2 if the command line is wrong.
 */
export async function runTool(
  name: string,
  run: () => Promise<number>,
  usage?: string,
): Promise<number> {
  try {
    if (usage === undefined || !Deno.args.includes("--help")) {
      return await run();
    }
    print(usage);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const hint = usage === undefined ? "" : `\n${name}: hint: see --help`;
    // deno-lint-ignore no-console -- a tool's word to its user.
    console.error(`${name}: error: ${error.message}${hint}`);
    return 2;
  }
}

/** Prints a line of a tool's result. */
export function print(line: string): void {
  // deno-lint-ignore no-console -- the output is the result.
  console.log(line);
}

/** Reads the command line: switches, and flags with a text. */
export function readFlags(
  switches: readonly string[],
  texts: readonly string[],
): ReadonlyMap<string, string> {
  // Of habit many put it before the flags of a task.
  const args = Deno.args.filter((it) => it !== "--");
  const flags: Record<string, unknown> = parseArgs(args, {
    boolean: [...switches],
    string: [...texts],
    unknown: (arg) => {
      throw new UsageError(`unknown argument "${arg}"`);
    },
  });
  const given = Object.entries(flags).filter(([, value]) => value !== false);
  return new Map(given.map(([name, value]) => [name, `${value}`]));
}

/** Reads numbers, all of them optional, as in `--requests 1000`. */
export function readNumbers<Name extends string>(
  defaults: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> {
  const numbers: Record<Name, number> = { ...defaults };
  const flags = readFlags([], Object.keys(defaults));
  for (const name in defaults) {
    const text = flags.get(name);
    if (text === undefined) continue;
    if (!/^[0-9]{1,9}(\.[0-9]+)?$/.test(text)) {
      throw new UsageError(`--${name} is "${text}"; expected a number`);
    }
    numbers[name] = Number(text);
  }
  return numbers;
}
