import {
  assert,
  assertEquals,
  assertLessOrEqual,
  assertStringIncludes,
} from "@std/assert";
import {
  DEFAULTS,
  SERVE_FLAGS,
  type ServeSettings,
} from "../../lib/cli/flags.ts";
import {
  type Command,
  FENCED_IN,
  HELP,
  parseCommandLine,
} from "../../lib/cli/parse.ts";
import { rangesOf } from "../policy/ranges.ts";

/** Nobody needs the help more than who got something wrong. */
const HELPED = ["--help", "-h", "--dir -h", "--port 6969 --help"]
  .concat(["--version --help", "--bogus --help", "doctor --help"])
  .concat(["stop --help"]);
const VERSIONED = ["--version", "-V", "stop --version", "--port x --version"];

/** To serve as without flags, but for what is given. */
function serve(settings: Partial<ServeSettings>) {
  return { kind: "serve", settings: { ...DEFAULTS, ...settings } } as const;
}

/** To stop a server by the key "k". */
function stop(hostname: string, port: number): Command {
  return { kind: "stop", settings: { hostname, port, stopKeyFile: "k" } };
}

/** Command lines and what they ask for. */
const COMMANDS: ReadonlyArray<readonly [args: string, command: Command]> = [
  ...HELPED.map((it) => [it, { kind: "help", text: HELP }] as const),
  ...VERSIONED.map((it) => [it, { kind: "version" }] as const),
  ["--port 6969 --ipstamp", serve({ port: 6_969, ipstamp: true })],
  ["--stop-key-file k", serve({ stopKeyFile: "k" })],
  ["doctor --port 6969", { ...serve({ port: 6_969 }), kind: "doctor" }],
  ["stop --stop-key-file k", stop("127.0.0.1", 69)],
  [
    "stop --port 6969 --bind 10.0.0.1 --stop-key-file=k",
    stop("10.0.0.1", 6_969),
  ],
  ["--once --within 10m", serve({ once: true, count: 1, withinMs: 600_000 })],
  [
    "--bind 10.0.0.1 --bind ::1 --bind=10.0.0.1",
    serve({ hostnames: ["10.0.0.1", "::1"] }),
  ],
  [
    "--bind :: --remoteip 127.0.0.1 --remoteip=10.0.0.0/8",
    serve({ hostnames: ["::"], remoteip: rangesOf("127.0.0.1 10.0.0.0/8") }),
  ],
];

Deno.test("parseCommandLine() reads what is asked for", () => {
  assertEquals(parseCommandLine([]), serve({}));
  for (const [args, command] of COMMANDS) {
    assertEquals(parseCommandLine(args.split(" ")), command, args);
  }
});

const STRAY = "every option begins with --";

/** Command lines that make no sense, and what is said about them. */
const WRONG: ReadonlyArray<readonly [args: string, message: string]> = [
  ["--bogus", 'unknown flag "--bogus"'],
  ["--port x", '--port is "x"; expected a number from 0 to 65535'],
  ["--help=false", "--help takes no value"],
  ["--drectory /srv", 'unknown flag "--drectory"'],
  ["--dri /srv", 'unknown flag "--dri"; did you mean --dir?'],
  ["--port -1", '--port is "-1"; expected a number from 0 to 65535'],
  [
    "--remoteip 10.0.0.0/8 --remoteip 10.1.2.3/16",
    '--remoteip is "10.1.2.3/16"; bits are set behind the prefix; did you ' +
    "mean 10.1.0.0/16?",
  ],
  [
    "--bind 0.0.0.0 --remoteip 10.0.0.0/8 --remoteip ::1",
    "--remoteip ::1 serves nobody: an IPv6 client cannot reach 0.0.0.0",
  ],
  [
    "--bind ::1 --bind fe80::1%eth0",
    '--bind is "fe80::1%eth0"; each link may have that address; :: has all of ' +
    "them, or name another address",
  ],
  [
    "--remoteip 0.0.0.0",
    "--remoteip 0.0.0.0 serves nobody: no client has this address",
  ],
  ...["ipstamp", "timestamp"].map((stamp): [string, string] => [
    `--${stamp} --name-template {name}-{client}`,
    `--name-template and --${stamp} are two names; write ` +
    `${stamp === "ipstamp" ? "{client}" : "{stamp}"} into the template`,
  ]),
  [
    "--name-template {client}",
    '--name-template is "{client}"; {name} is missing; the fields are ' +
    "{name} {client} {port} {date} {time} {stamp}",
  ],
  [
    "--allow-chars +/",
    '--allow-chars is "+/"; "/" may never be in a name; besides letters, ' +
    "digits and . - _ these may: space and !#$%&'()+,;=@[]^`{}",
  ],
  [
    "--single-port --threads 2",
    "--single-port is one thread; leave --threads out",
  ],
  ["--once --count 1", "--once and --count are two different numbers"],
  ["--within 10m", "--within needs --once, --count or --expect"],
  ["stop", '"wotftp stop" needs --stop-key-file'],
  ["stop --stop-key-file=", "--stop-key-file needs a value"],
  ["stop --stop-key-file k --dir d", '--dir means nothing to "wotftp stop"'],
  ["stop --timestamp", '--timestamp means nothing to "wotftp stop"'],
  ["doctor doctor", `unexpected argument "doctor"; ${STRAY}`],
  ["stop stop", `unexpected argument "stop"; ${STRAY}`],
  ["--stop-key-file k stop", `unexpected argument "stop"; ${STRAY}`],
];

Deno.test("parseCommandLine() says what is wrong, and what leads out", () => {
  const hint = 'see "wotftp --help" for all flags';
  for (const [args, message] of WRONG) {
    const wrong: Command = { kind: "wrong", message, hint };
    assertEquals(parseCommandLine(args.split(" ")), wrong);
  }
});

Deno.test("parseCommandLine() knows the only directory of a fenced binary", () => {
  const fence = `${FENCED_IN}/srv/up loads`;
  const fenced = serve({ directory: "/srv/up loads" });
  assertEquals(parseCommandLine([fence]), fenced);
  const other = parseCommandLine([fence, "--dir", "/tmp"]);
  assertEquals(other, serve({ directory: "/tmp" }));
  for (const args of [["-h"], ["--bogus", "--help"], ["stop", "--help"]]) {
    const command = parseCommandLine([fence, ...args]);
    assert(command.kind === "help");
    assertStringIncludes(command.text, "Default: /srv/up loads, the only");
    assert(!command.text.includes("current directory"));
  }
  // Only at the front, where nobody but the compiler puts it.
  assertEquals(parseCommandLine(["--ipstamp", fence]).kind, "wrong");
});

Deno.test("HELP fits 79 columns", () => {
  for (const line of HELP.split("\n")) assertLessOrEqual(line.length, 79, line);
});

Deno.test("HELP names every flag once among the options", () => {
  const names = Object.values(SERVE_FLAGS).map(({ name }) => name);
  const options = HELP.slice(HELP.indexOf("Options:"), HELP.indexOf("Sizes"));
  const named = [...options.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, it]) => it);
  assertEquals(named, [...names, "help", "version"]);
});
