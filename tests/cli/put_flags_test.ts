import { assert, assertEquals } from "@std/assert";
import { type Command, parseCommandLine } from "../../lib/cli/parse.ts";
import { PUT_HELP } from "../../lib/cli/put_flags.ts";
import type { PutOrder } from "../../lib/orders.ts";

const PLAIN: PutOrder = {
  ...{ files: ["f"], host: "h", port: 69, name: undefined, mode: "octet" },
  ...{ blksize: 1_428, windowsize: 16, silenceMs: 30_000 },
};
const HINT = 'see "wotftp put --help" for all flags';

/** The command to send with these arguments. */
function parse(args: string): Command {
  const all = args.split(" ").filter((it) => it !== "");
  return parseCommandLine(["put", ...all]);
}

Deno.test("parseCommandLine() reads what to send, flags anywhere", () => {
  const rows: ReadonlyArray<
    readonly [args: string, settings: Partial<PutOrder>]
  > = [
    ["f h", {}],
    ["f g h", { files: ["f", "g"] }],
    ["--port 6969 f h", { port: 6_969 }],
    ["f --port=6969 h --name n", { port: 6_969, name: "n" }],
    ["--name n - h", { files: ["-"], name: "n" }],
    ["--name=- f h", { name: "-" }],
    ["--name - f h", { name: "-" }],
    ["-- -f --port h", { files: ["-f", "--port"] }],
    ["f [::1]", { host: "[::1]" }],
    ["--blksize 8 --windowsize 65535 f h", { blksize: 8, windowsize: 65_535 }],
    ["--mode netascii f h", { mode: "netascii" }],
    ["--mode ascii f h", { mode: "netascii" }],
    ["--mode binary f h", {}],
    ["--timeout 1m30s f h", { silenceMs: 90_000 }],
  ];
  for (const [args, settings] of rows) {
    const expected = {
      kind: "put",
      settings: { ...PLAIN, ...settings },
    } as const;
    assertEquals(parse(args), expected, args);
  }
});

Deno.test("parseCommandLine() says what is wrong with what to send", () => {
  const rows: ReadonlyArray<readonly [args: string, message: string]> = [
    ["", "FILE and HOST are missing: wotftp put FILE... HOST"],
    ["f", "HOST is missing: wotftp put FILE... HOST"],
    ["- h", "the standard input needs --name"],
    ["--name n f g h", "--name goes with one FILE"],
    ["f h --port", "--port needs a value"],
    ["--port 0 f h", '--port is "0"; expected a number from 1 to 65535'],
    ["--blksize 7 f h", '--blksize is "7"; expected a number from 8 to 65464'],
    ["--mode mail f h", '--mode is "mail"; expected octet or netascii'],
    ["--dir d f h", 'unknown flag "--dir"'],
    [
      "--windowsise 4 f h",
      'unknown flag "--windowsise"; did you mean --windowsize?',
    ],
    [
      "--blksize 65464 --windowsize 1026 f h",
      "--blksize times --windowsize is more than 64M",
    ],
  ];
  for (const [args, message] of rows) {
    assertEquals(parse(args), { kind: "wrong", message, hint: HINT }, args);
  }
});

Deno.test("parseCommandLine() helps who is about to send", () => {
  for (const args of ["--help", "-h", "f --help", "--bogus --help"]) {
    assertEquals(parse(args), { kind: "help", text: PUT_HELP }, args);
  }
  assertEquals(parse("-V"), { kind: "version" });
  assert(PUT_HELP.split("\n").every((line) => line.length <= 79));
});
