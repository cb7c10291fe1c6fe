/**
 * The flags of a server that waits for certain uploads and ends.
 *
 * @module
 */

import type { WaitOrder } from "../orders.ts";
import { type FlagsOf, UsageError } from "./flag.ts";
import { anyText, countFrom, TIME } from "./value.ts";

/** What the command line says about that. */
export interface ExpectSettings extends WaitOrder {
  /** Whether it is one file. */
  readonly once: boolean;
}

/** More files than anybody waits for. */
const MAX_COUNT = 1_000_000;
/** Timers count milliseconds in 31 bits. */
const MAX_WITHIN_MS = 24 * 24 * 60 * 60 * 1_000;

/** The flags, in the order of the help. */
export const EXPECT_FLAGS: FlagsOf<ExpectSettings> = {
  once: {
    name: "once",
    given: true,
    fallback: false,
    help: "Stop when one file is stored.",
  },
  count: {
    name: "count",
    ...countFrom(1, MAX_COUNT),
    fallback: undefined,
    help: "Stop when N files are stored. Default: never.",
  },
  expectFile: {
    name: "expect",
    ...anyText("FILE"),
    fallback: undefined,
    help: "Stop when all have come that FILE names, a name such as sw*.cfg, " +
      "an address or a range a line; tell at the end who came and who did " +
      "not, and exit with 1 if anyone is missing. Default: nobody is expected.",
  },
  withinMs: {
    name: "within",
    value: TIME.value,
    parse: parseWithin,
    expected: `${TIME.expected}, 24d at most`,
    fallback: undefined,
    help: "Wait for them no longer than TIME, and exit with 1 if they have " +
      "not come. Default: for ever.",
  },
};

function parseWithin(text: string): number | undefined {
  const ms = TIME.parse(text);
  return ms === undefined || ms > MAX_WITHIN_MS ? undefined : ms;
}

/**
 * Says how many files are waited for.
 *
 * @returns `undefined` for any number.
 * @throws {UsageError} If the flags contradict each other.
 */
export function countOf(
  { once, count, expectFile, withinMs }: ExpectSettings,
): number | undefined {
  if (once && count !== undefined) {
    throw new UsageError("--once and --count are two different numbers");
  }
  const files = once ? 1 : count;
  if (
    withinMs !== undefined && files === undefined && expectFile === undefined
  ) {
    throw new UsageError("--within needs --once, --count or --expect");
  }
  return files;
}
