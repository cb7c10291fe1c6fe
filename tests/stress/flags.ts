/**
 * The command lines of the long runs: numbers, all of them optional.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";

/**
 * Runs a tool with the numbers of its command line, as in `--requests 1000`.
 *
 * @param name The tool's name, for complaints.
 * @param defaults Every flag and what holds without it.
 * @param run Does the work; resolves to the exit code.
 * @returns The exit code; 2 if the command line is wrong.
 */
export async function runTool<Name extends string>(
  name: string,
  defaults: Readonly<Record<Name, number>>,
  run: (numbers: Readonly<Record<Name, number>>) => Promise<number>,
): Promise<number> {
  const numbers = readNumbers(
    Deno.args.filter((it) => it !== "--"),
    defaults,
  );
  if (typeof numbers !== "string") return await run(numbers);
  // deno-lint-ignore no-console -- a tool's word to its user.
  console.error(`${name}: error: ${numbers}`);
  return 2;
}

/** Prints a line of a tool's result. */
export function print(line: string): void {
  // deno-lint-ignore no-console -- the output is the result.
  console.log(line);
}

/** @returns The numbers, or what is wrong with the command line. */
function readNumbers<Name extends string>(
  args: readonly string[],
  defaults: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> | string {
  const unknown: string[] = [];
  const values: Record<string, unknown> = parseArgs([...args], {
    string: Object.keys(defaults),
    unknown: (arg) => {
      unknown.push(arg);
      return false;
    },
  });
  if (unknown[0] !== undefined) return `unexpected argument "${unknown[0]}"`;
  const numbers: Record<Name, number> = { ...defaults };
  for (const name in defaults) {
    const text = values[name];
    if (text === undefined) continue;
    if (typeof text !== "string" || !/^[0-9]{1,9}(\.[0-9]+)?$/.test(text)) {
      return `--${name} is "${text}"; expected a number`;
    }
    numbers[name] = Number(text);
  }
  return numbers;
}
