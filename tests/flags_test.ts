import {
  assertEquals,
  assertLessOrEqual,
  assertStringIncludes,
} from "@std/assert";
import { parseCommandLine } from "../lib/cli.ts";
import { FLAGS, HELP } from "../lib/flags.ts";

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

/** Written out, so that none is lost or renamed by a slip. */
const NAMES: readonly string[] = [
  "--dir",
  "--port",
  "--bind",
  "--remoteip",
  "--low-ports",
  "--timestamp",
  "--ipstamp",
  "--on-exists",
  "--max-size",
  "--min-free",
  "--max-transfers",
  "--max-per-client",
  "--idle-timeout",
  "--max-duration",
  "--no-sync",
  "--stop-key-file",
  "--verbose",
  "--help",
  "--version",
];

Deno.test("HELP fits 79 columns", () => {
  for (const line of HELP.split("\n")) assertLessOrEqual(line.length, 79, line);
});

/** The help of each flag, all its lines. */
function helpOfFlags(): string[] {
  const options = HELP.slice(
    HELP.indexOf("Options:"),
    HELP.indexOf("\n\nSizes"),
  );
  return options.split(/\n(?= {2}--)/).slice(1);
}

Deno.test("HELP names every flag once among the options", () => {
  const named = helpOfFlags().map((help) => /--[a-z-]+/.exec(help)?.[0] ?? "");
  assertEquals(named, [...NAMES]);
});

Deno.test("HELP states the default of every flag with a value", () => {
  for (const help of helpOfFlags()) {
    if (/^ {2}--[a-z-]+ [A-Z]+/.test(help)) {
      assertStringIncludes(help, "Default: ");
    }
  }
});
