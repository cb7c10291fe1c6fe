import { assertEquals, assertThrows } from "@std/assert";
import {
  defaultsOf,
  describeFlags,
  type FlagsOf,
  parseFlags,
  UsageError,
} from "../../lib/cli/flag.ts";

interface Settings {
  readonly color: string;
  readonly isQuiet: boolean;
  readonly isSlow: boolean;
  readonly layers: readonly number[];
}

const FLAGS: FlagsOf<Settings> = {
  color: {
    ...{ name: "paint", value: "COLOR", fallback: "red", expected: "a color" },
    parse: (text) => text.startsWith("#") ? undefined : text,
    help: "Paint it in COLOR, with as many layers as it takes, not " +
      "one more. Default: red.",
  },
  isQuiet: {
    ...{ name: "quiet", short: "q", given: true, fallback: false },
    help: "No noise.",
  },
  isSlow: { name: "no-rush", given: true, fallback: false, help: "Slowly." },
  layers: {
    ...{ name: "layer", value: "N", fallback: [], help: "One more layer." },
    parseAll: (texts) => {
      const wrong = texts.find((it) => !/^[0-9]+$/.test(it));
      return wrong === undefined
        ? { all: texts.map(Number) }
        : { wrong, why: "expected a number" };
    },
  },
};
const DEFAULTS: Settings = {
  color: "red",
  isQuiet: false,
  isSlow: false,
  layers: [],
};

Deno.test("defaultsOf() gives what holds without flags", () => {
  assertEquals(defaultsOf(FLAGS), DEFAULTS);
});

Deno.test("parseFlags() reads flags in any order and spelling", () => {
  const rows: ReadonlyArray<readonly [string[], Partial<Settings>]> = [
    [[], {}],
    [["--paint", "blue"], { color: "blue" }],
    [["--paint=blue"], { color: "blue" }],
    [["--paint", "light blue"], { color: "light blue" }],
    [["--paint=a=b"], { color: "a=b" }],
    [["--paint=-x"], { color: "-x" }],
    // What looks like something else is still text.
    [["--paint", "5"], { color: "5" }],
    [["--paint", "true"], { color: "true" }],
    [["--paint", "-x"], { color: "-x" }],
    [["--paint", "-1"], { color: "-1" }],
    [["--quiet"], { isQuiet: true }],
    [["-q"], { isQuiet: true }],
    [["--no-rush"], { isSlow: true }],
    // A list is in the order of the command line.
    [["--layer", "2", "-q", "--layer=1", "--layer", "2"], {
      ...{ isQuiet: true, layers: [2, 1, 2] },
    }],
    [["--quiet", "--paint", "a", "--no-rush"], {
      ...{ color: "a", isQuiet: true, isSlow: true },
    }],
  ];
  for (const [args, settings] of rows) {
    const before = [...args];
    const expected = { ...DEFAULTS, ...settings };
    assertEquals(parseFlags(FLAGS, args), expected, args.join(" "));
    assertEquals(args, before);
  }
});

/** Arguments that make no sense, by what is said about them; ? is the first. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  "--paint needs a value": [
    ...["--paint", "--paint=", "--paint --quiet", "--paint -q"],
  ],
  '--paint is "#fff"; expected a color': ["--paint #fff"],
  '--layer is "x"; expected a number': ["--layer 1 --layer x"],
  "--layer needs a value": ["--layer 1 --layer"],
  // Nobody can tell which one was meant.
  "--paint is given twice": [
    ...["--paint a --paint", "--paint a --paint b"],
    "--paint=a --quiet --paint=a",
  ],
  "--quiet is given twice": ["--quiet -q"],
  "--quiet takes no value": ["--quiet=on", "--quiet=false", "--quiet="],
  'unknown flag "?"': [
    ...["--bogus", "--bogus=5", "--no-quiet", "--__proto__", "-p", "-q=1"],
    ...["-qq", "-", "--", "-- blue"],
  ],
  'unknown flag "?"; did you mean --paint?': [
    ...["--PAINT 5", "-paint", "-paint 5", "---paint 5"],
  ],
  'unknown flag "?"; did you mean --no-rush?': ["--rush"],
  'unexpected argument "?"; every option begins with --': [
    ...["blue", "69"],
  ],
  'unexpected argument "b"; every option begins with --': ["--paint a b"],
  'unexpected argument "on"; every option begins with --': ["--quiet on"],
  'unexpected argument "false"; every option begins with --': ["--quiet false"],
  'unexpected argument "true"; every option begins with --': ["--no-rush true"],
};

Deno.test("parseFlags() says what is wrong and what would be right", () => {
  for (const [said, lines] of Object.entries(WRONG)) {
    for (const line of lines) {
      const args = line.split(" ");
      const error = assertThrows(() => parseFlags(FLAGS, args), UsageError);
      assertEquals(error.message, said.replace("?", args[0] ?? ""), line);
    }
  }
  const empty = () => parseFlags(FLAGS, ["--paint", ""]);
  assertThrows(empty, UsageError, "--paint needs a value");
});

Deno.test("describeFlags() wraps the help to 79 columns", () => {
  assertEquals(describeFlags(FLAGS), [
    // To the last column.
    "  --paint COLOR         Paint it in COLOR, with as many layers as it " +
    "takes, not",
    "                        one more. Default: red.",
    "  --quiet, -q           No noise.",
    "  --no-rush             Slowly.",
    "  --layer N             One more layer.",
    // Every command has these.
    "  --help, -h            Print this help and exit.",
    "  --version, -V         Print the version and exit.",
  ]);
});
