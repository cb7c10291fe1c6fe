import { assertEquals } from "@std/assert";
import { parseCommandLine } from "../lib/cli.ts";
import { FLAGS } from "../lib/flags.ts";

/** What the help says that holds without a flag, but for those of one word. */
function defaultOf(name: string): string | undefined {
  const help = FLAGS.find((flag) => flag.name === name)?.help.join(" ");
  return /Default: (.*)\.$/.exec(help ?? "")?.[1];
}

/** Defaults that can be given as a flag's value. */
const GIVEN = [
  "port",
  "on-exists",
  "max-transfers",
  "max-per-client",
  "idle-timeout",
  "max-duration",
  "verbose",
];

for (const name of GIVEN) {
  Deno.test(`--${name} changes nothing with the default of the help`, () => {
    const given = parseCommandLine([`--${name}`, defaultOf(name) ?? ""]);
    assertEquals(given, parseCommandLine([]));
  });
}

/** Defaults in words, and the same as flags. */
const MEANT: Readonly<Record<string, readonly [words: string, value: string]>> =
  {
    "dir": ["the current directory", "."],
    "bind": ["all of IPv4", "0.0.0.0"],
  };

for (const [name, [words, value]] of Object.entries(MEANT)) {
  Deno.test(`--${name} has the default "${words}"`, () => {
    assertEquals(defaultOf(name), words);
    const given = parseCommandLine([`--${name}`, value]);
    assertEquals(given, parseCommandLine([]));
  });
}
