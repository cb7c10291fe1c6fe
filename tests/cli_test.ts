import { assert, assertEquals } from "@std/assert";
import { type Command, parseCommandLine } from "../lib/cli.ts";
import { DEFAULT_CONFIG, type ServerConfig } from "../lib/server/config.ts";

/** What no arguments at all ask for, but for what is given. */
function serve(
  config: Partial<ServerConfig>,
  verbosity: 0 | 1 | 2 = 1,
): Command {
  return {
    kind: "serve",
    config: { ...DEFAULT_CONFIG, ...config },
    stopKeyFile: undefined,
    verbosity,
  };
}

const GOOD: readonly (readonly [readonly string[], Command])[] = [
  [[], serve({})],
  [["--dir", "/srv/uploads"], serve({ directory: "/srv/uploads" })],
  [["--dir=/srv/uploads"], serve({ directory: "/srv/uploads" })],
  [["--dir", "two words"], serve({ directory: "two words" })],
  [["--dir=a=b"], serve({ directory: "a=b" })],
  [["--dir", "5"], serve({ directory: "5" })],
  [["--dir", "true"], serve({ directory: "true" })],
  [["--dir=-x"], serve({ directory: "-x" })],
  [["--port", "6969"], serve({ port: 6969 })],
  [["--port=6969"], serve({ port: 6969 })],
  [["--port", "0"], serve({ port: 0 })],
  [["--port", "65535"], serve({ port: 65_535 })],
  [["--bind", "127.0.0.1"], serve({ hostname: "127.0.0.1" })],
  [["--bind=0:0:0:0:0:0:0:1"], serve({ hostname: "::1" })],
  [["--remoteip", "192.0.2.7"], serve({ remoteip: "192.0.2.7" })],
  [["--remoteip=2001:DB8::1"], serve({ remoteip: "2001:db8::1" })],
  [["--remoteip", "::ffff:192.0.2.7"], serve({ remoteip: "192.0.2.7" })],
  [["--timestamp"], serve({ timestamp: true })],
  [["--on-exists", "refuse"], serve({ onExists: "refuse" })],
  [["--on-exists=version"], serve({ onExists: "version" })],
  [["--max-size", "10M"], serve({ maxBytes: 10_485_760 })],
  [["--max-size", "0"], serve({ maxBytes: 0 })],
  [
    ["--min-free", "2g"],
    serve({ minFree: { kind: "bytes", bytes: 2_147_483_648 } }),
  ],
  [["--min-free", "5%"], serve({ minFree: { kind: "percent", percent: 5 } })],
  [["--low-ports"], serve({ servesLowPorts: true })],
  [["--no-sync"], serve({ isSynced: false })],
  [["--max-transfers", "7"], serve({ maxTransfers: 7 })],
  [["--max-per-client", "1"], serve({ maxPerClient: 1 })],
  [["--idle-timeout", "5m"], serve({ idleMs: 300_000 })],
  [["--idle-timeout", "90"], serve({ idleMs: 90_000 })],
  [["--max-duration", "2h"], serve({ durationMs: 7_200_000 })],
  [["--ipstamp"], serve({ ipstamp: true })],
  [["--verbose", "0"], serve({}, 0)],
  [["--verbose", "1"], serve({}, 1)],
  [["--verbose=2"], serve({}, 2)],
  [["--port", "1", "--port", "2"], serve({ port: 2 })],
  [["--port=1", "--port", "2"], serve({ port: 2 })],
  [
    ["--port", "2", "--dir", "a", "--port=3"],
    serve({
      directory: "a",
      port: 3,
    }),
  ],
  [["--timestamp", "--timestamp"], serve({ timestamp: true })],
  [
    ["--ipstamp", "--dir", "d", "--timestamp", "--bind", "::", "--verbose=0"],
    serve(
      { directory: "d", hostname: "::", ipstamp: true, timestamp: true },
      0,
    ),
  ],
  [["--help"], { kind: "help" }],
  [["--version"], { kind: "version" }],
  [["--port", "6969", "--help"], { kind: "help" }],
  [["--bogus", "--help"], { kind: "help" }],
];

for (const [args, command] of GOOD) {
  Deno.test(`parseCommandLine() reads ${JSON.stringify(args)}`, () => {
    assertEquals(parseCommandLine(args), command);
  });
}

const PORT = "expected a number from 0 to 65535";
const ADDRESS = "expected an IP address such as 192.0.2.7";
const LEVEL = "expected 0, 1 or 2";
const STRAY = "every option begins with --";

const WRONG: readonly (readonly [readonly string[], string])[] = [
  [["--port"], "--port needs a value"],
  [["--port="], "--port needs a value"],
  [["--dir"], "--dir needs a value"],
  [["--dir="], "--dir needs a value"],
  [["--bind"], "--bind needs a value"],
  [["--remoteip"], "--remoteip needs a value"],
  [["--verbose"], "--verbose needs a value"],
  [["--port", "--timestamp"], "--port needs a value"],
  [["--port", "1", "--port"], "--port needs a value"],
  [["--port", "65536"], `--port is "65536"; ${PORT}`],
  [["--port=-1"], `--port is "-1"; ${PORT}`],
  [["--port", "tftp"], `--port is "tftp"; ${PORT}`],
  [["--port", "6969x"], `--port is "6969x"; ${PORT}`],
  [["--port", "6.9"], `--port is "6.9"; ${PORT}`],
  [["--port", "1e3"], `--port is "1e3"; ${PORT}`],
  [["--port", "0x45"], `--port is "0x45"; ${PORT}`],
  [["--port", " 69"], `--port is " 69"; ${PORT}`],
  [["--port", "99999999999"], `--port is "99999999999"; ${PORT}`],
  [["--port", "69", "--port", "x"], `--port is "x"; ${PORT}`],
  [["--bind", "localhost"], `--bind is "localhost"; ${ADDRESS}`],
  [["--bind", "256.1.1.1"], `--bind is "256.1.1.1"; ${ADDRESS}`],
  [["--bind=[::1]"], `--bind is "[::1]"; ${ADDRESS}`],
  [["--bind", "1"], `--bind is "1"; ${ADDRESS}`],
  [["--remoteip", "10.0.0.0/8"], `--remoteip is "10.0.0.0/8"; ${ADDRESS}`],
  [["--remoteip", "a,b"], `--remoteip is "a,b"; ${ADDRESS}`],
  [["--verbose", "3"], `--verbose is "3"; ${LEVEL}`],
  [["--verbose", "yes"], `--verbose is "yes"; ${LEVEL}`],
  [["--verbose=-1"], `--verbose is "-1"; ${LEVEL}`],
  [["--verbose", "01"], `--verbose is "01"; ${LEVEL}`],
  [["--bogus"], 'unknown flag "--bogus"'],
  [["--bogus=5"], 'unknown flag "--bogus=5"'],
  [["--PORT", "5"], 'unknown flag "--PORT"'],
  [["--no-timestamp"], 'unknown flag "--no-timestamp"'],
  [["--__proto__"], 'unknown flag "--__proto__"'],
  [["-port"], 'unknown flag "-port"'],
  [["-port", "5"], 'unknown flag "-port"'],
  [["-h"], 'unknown flag "-h"'],
  [["-"], 'unknown flag "-"'],
  [["---port", "5"], 'unknown flag "---port"'],
  [["uploads"], `unexpected argument "uploads"; ${STRAY}`],
  [["69"], `unexpected argument "69"; ${STRAY}`],
  [["--dir", "a", "b"], `unexpected argument "b"; ${STRAY}`],
  [["--timestamp=on"], '"--timestamp=on": --timestamp takes no value'],
  [["--timestamp=false"], '"--timestamp=false": --timestamp takes no value'],
  [["--ipstamp="], '"--ipstamp=": --ipstamp takes no value'],
];

for (const [args, message] of WRONG) {
  Deno.test(`parseCommandLine() refuses ${JSON.stringify(args)}`, () => {
    assertEquals(parseCommandLine(args), {
      kind: "wrong",
      message,
      hint: 'see "wotftp --help" for all flags',
    });
  });
}

// How these are worded is of no importance; that nobody takes them in silence
// is: each looks as if it asked for something.
const WRONG_SOMEHOW: readonly (readonly string[])[] = [
  ["--port", "-1"],
  ["--port", ""],
  ["--dir", ""],
  ["--dir", "-x"],
  ["--", "uploads"],
  ["--", "--port", "5"],
  ["--timestamp", "on"],
  ["--timestamp", "false"],
  ["--ipstamp", "true"],
  ["--help=false"],
];

for (const args of WRONG_SOMEHOW) {
  Deno.test(`parseCommandLine() never ignores ${JSON.stringify(args)}`, () => {
    assertEquals(parseCommandLine(args).kind, "wrong");
  });
}

Deno.test("parseCommandLine() leaves its arguments alone", () => {
  const args = ["--port", "5", "--timestamp"];
  parseCommandLine(args);
  assertEquals(args, ["--port", "5", "--timestamp"]);
});

Deno.test("parseCommandLine() takes a stop key for either side", () => {
  const command = parseCommandLine(["--stop-key-file", "k"]);
  assert(command.kind === "serve");
  assertEquals(command.stopKeyFile, "k");
  assertEquals(parseCommandLine(["stop", "--stop-key-file", "k"]), {
    kind: "stop",
    hostname: "127.0.0.1",
    port: 69,
    stopKeyFile: "k",
  });
  const where = ["--port", "6969", "--bind", "10.0.0.1"];
  assertEquals(parseCommandLine(["stop", ...where, "--stop-key-file=k"]), {
    kind: "stop",
    hostname: "10.0.0.1",
    port: 6969,
    stopKeyFile: "k",
  });
});

Deno.test("parseCommandLine() wants of stop only what says which server", () => {
  for (
    const args of [
      ["stop"],
      ["stop", "--stop-key-file", ""],
      ["stop", "--stop-key-file", "k", "--dir", "d"],
      ["stop", "--stop-key-file", "k", "--timestamp"],
      ["stop", "stop", "--stop-key-file", "k"],
      ["--stop-key-file", "k", "stop"],
    ]
  ) {
    assertEquals(parseCommandLine(args).kind, "wrong", args.join(" "));
  }
});
