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

const STRAY = "every option begins with --";

/** Arguments that make no sense, and what is said about them. */
const WRONG: ReadonlyArray<readonly [args: string, message: string]> = [
  ["--paint", "--paint needs a value"],
  ["--paint=", "--paint needs a value"],
  ["--paint --quiet", "--paint needs a value"],
  ["--paint -q", "--paint needs a value"],
  ["--paint #fff", '--paint is "#fff"; expected a color'],
  ["--layer 1 --layer x", '--layer is "x"; expected a number'],
  ["--layer 1 --layer", "--layer needs a value"],
  // Nobody can tell which one was meant.
  ["--paint a --paint", "--paint is given twice"],
  ["--paint a --paint b", "--paint is given twice"],
  ["--paint=a --quiet --paint=a", "--paint is given twice"],
  ["--quiet -q", "--quiet is given twice"],
  ["--bogus", 'unknown flag "--bogus"'],
  ["--bogus=5", 'unknown flag "--bogus=5"'],
  ["--PAINT 5", 'unknown flag "--PAINT"; did you mean --paint?'],
  ["--rush", 'unknown flag "--rush"; did you mean --no-rush?'],
  ["--no-quiet", 'unknown flag "--no-quiet"'],
  ["--__proto__", 'unknown flag "--__proto__"'],
  ["-paint", 'unknown flag "-paint"; did you mean --paint?'],
  ["-paint 5", 'unknown flag "-paint"; did you mean --paint?'],
  ["-p", 'unknown flag "-p"'],
  ["-q=1", 'unknown flag "-q=1"'],
  ["-qq", 'unknown flag "-qq"'],
  ["-", 'unknown flag "-"'],
  ["--", 'unknown flag "--"'],
  ["-- blue", 'unknown flag "--"'],
  ["---paint 5", 'unknown flag "---paint"; did you mean --paint?'],
  ["blue", `unexpected argument "blue"; ${STRAY}`],
  ["69", `unexpected argument "69"; ${STRAY}`],
  ["--paint a b", `unexpected argument "b"; ${STRAY}`],
  ["--quiet on", `unexpected argument "on"; ${STRAY}`],
  ["--quiet false", `unexpected argument "false"; ${STRAY}`],
  ["--no-rush true", `unexpected argument "true"; ${STRAY}`],
  ["--quiet=on", "--quiet takes no value"],
  ["--quiet=false", "--quiet takes no value"],
  ["--quiet=", "--quiet takes no value"],
];

Deno.test("parseFlags() says what is wrong and what would be right", () => {
  for (const [args, message] of WRONG) {
    const parse = () => parseFlags(FLAGS, args.split(" "));
    const error = assertThrows(parse, UsageError, message);
    assertEquals(error instanceof Error && error.message, message);
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
