/**
 * The command lines of the long runs: numbers, all of them optional.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";

/**
 * Reads flags such as `--requests 1000`.
 *
 * @param args The arguments, without the program's name.
 * @param defaults Every flag and what holds without it.
 * @returns The numbers, or what is wrong with the command line.
 */
export function readNumbers<Name extends string>(
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
