/**
 * `@std/cli/parse-args` from npm, typed for the way it is used here.
 *
 * @module
 */

import { parseArgs as untyped } from "deno-std/cli/parse_args.js";

/** The options of {@linkcode parseArgs} that are used here. */
export interface ParseOptions {
  /** Names of the switches. */
  boolean?: readonly string[];
  /** Names of the flags with a value. */
  string?: readonly string[];
  /** Names of the flags that may be given several times. */
  collect?: readonly string[];
  /** Called for every argument that is none of these; `false` drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Parses arguments into a record of flags; `_` holds the rest. */
export const parseArgs: (
  args: string[],
  options?: ParseOptions,
) => { [flag: string]: unknown; _: Array<string | number> } = untyped;
