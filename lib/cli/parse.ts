/**
 * From the command line to what is to be done. Parsing has no effects.
 *
 * @module
 */

import type { PutOrder, StopOrder, VerifyOrder } from "../orders.ts";
import { servesNobody } from "../policy/access.ts";
import { countOf } from "./expect_flags.ts";
import {
  type Asked,
  describeFlags,
  type FlagsOf,
  parseFlags,
  UsageError,
} from "./flag.ts";
import {
  PORT,
  SERVE_FLAGS,
  type ServeSettings,
  STOP_KEY_FILE,
} from "./flags.ts";
import { RECEIPTS } from "./log_flags.ts";
import { checkNaming } from "./naming_flags.ts";
import { parsePut, PUT_HELP } from "./put_flags.ts";
import { IP } from "./value.ts";

/** What the command line asks for. */
export type Command =
  | { readonly kind: "serve"; readonly settings: ServeSettings }
  /** Look whether such a server would work. */
  | { readonly kind: "doctor"; readonly settings: ServeSettings }
  /** Stop a server that runs elsewhere. */
  | { readonly kind: "stop"; readonly settings: StopOrder }
  /** Hold what is stored against the receipts. */
  | { readonly kind: "verify"; readonly settings: VerifyOrder }
  /** Send files to a server. */
  | { readonly kind: "put"; readonly settings: PutOrder }
  /** Print a text. */
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" }
  /** It asks for nothing that makes sense. */
  | {
    readonly kind: "wrong";
    /** What is wrong, and what would be right. */
    readonly message: string;
    /** What leads out. */
    readonly hint: string;
  };

/**
 * The first argument of a binary that is fenced in, put there when it is
 * compiled, and behind it the one directory it may use.
 */
export const FENCED_IN = "--fenced-in=";
const STOP_FLAGS: FlagsOf<StopOrder> = {
  port: PORT,
  hostname: { name: "bind", ...IP, fallback: "127.0.0.1", help: "" },
  stopKeyFile: { ...STOP_KEY_FILE, fallback: "" },
};

/** The help: what it is, every flag, an example. */
export const HELP: string = describe(SERVE_FLAGS);

/** Makes sense of the arguments behind the program's name. */
export function parseCommandLine(args: readonly string[]): Command {
  const [first = "", ...others] = args;
  if (!first.startsWith(FENCED_IN)) return parse(SERVE_FLAGS, args);
  return parse(fencedIn(first.slice(FENCED_IN.length)), others);
}

function parse(
  flags: FlagsOf<ServeSettings>,
  args: readonly string[],
): Command {
  const isPut = args[0] === "put";
  const help: Command = {
    kind: "help",
    text: isPut ? PUT_HELP : describe(flags),
  };
  try {
    const command = parseCommand(flags, args);
    if (command === "help") return help;
    return command === "version" ? { kind: "version" } : command;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // Nobody needs the help more than who got something wrong.
    if (args.includes("--help") || args.includes("-h")) return help;
    if (args.includes("--version") || args.includes("-V")) {
      return { kind: "version" };
    }
    const hint = `see "wotftp ${isPut ? "put " : ""}--help" for all flags`;
    return { kind: "wrong", message: error.message, hint };
  }
}

function parseCommand(
  flags: FlagsOf<ServeSettings>,
  args: readonly string[],
): Command | Asked {
  const [first, ...others] = args;
  switch (first) {
    case "stop":
      return parseStop(others);
    case "verify":
      return parseVerify(flags, others);
    case "doctor":
      return parseServe("doctor", flags, others);
    case "put": {
      const settings = parsePut(others);
      return typeof settings === "string"
        ? settings
        : { kind: "put", settings };
    }
    default:
      return parseServe("serve", flags, args);
  }
}

function parseServe(
  kind: "serve" | "doctor",
  flags: FlagsOf<ServeSettings>,
  args: readonly string[],
): Command | Asked {
  const settings = parseFlags(flags, args);
  if (typeof settings === "string") return settings;
  checkNaming(settings);
  const { hostnames, isSinglePort, remoteip, threads = 1 } = settings;
  if (isSinglePort && threads > 1) {
    throw new UsageError("--single-port is one thread; leave --threads out");
  }
  for (const range of remoteip) {
    const reason = servesNobody(hostnames, range);
    if (reason === undefined) continue;
    throw new UsageError(`--remoteip ${range.text} serves nobody: ${reason}`);
  }
  return { kind, settings: { ...settings, count: countOf(settings) } };
}

function parseStop(args: readonly string[]): Command | Asked {
  const known = Object.values(STOP_FLAGS).map(({ name }) => name);
  const odd = Object.values(SERVE_FLAGS).map(({ name }) => name).find((name) =>
    !known.includes(name) &&
    args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))
  );
  if (odd !== undefined) {
    throw new UsageError(`--${odd} means nothing to "wotftp stop"`);
  }
  const settings = parseFlags(STOP_FLAGS, args);
  if (typeof settings === "string") return settings;
  if (settings.stopKeyFile === "") {
    throw new UsageError('"wotftp stop" needs --stop-key-file');
  }
  return { kind: "stop", settings };
}

function parseVerify(
  { directory }: FlagsOf<ServeSettings>,
  args: readonly string[],
): Command | Asked {
  const receipts = { ...RECEIPTS, fallback: "" };
  const settings = parseFlags<VerifyOrder>({ receipts, directory }, args);
  if (typeof settings === "string") return settings;
  if (settings.receipts === "") {
    throw new UsageError('"wotftp verify" needs --receipts');
  }
  return { kind: "verify", settings };
}

/** The flags of a binary that may use one directory and no other. */
function fencedIn(directory: string): FlagsOf<ServeSettings> {
  const help = `Store uploads in DIR. Default: ${directory}, the only one ` +
    "that this binary may use.";
  const row = { ...SERVE_FLAGS.directory, fallback: directory, help };
  return { ...SERVE_FLAGS, directory: row };
}

function describe(flags: FlagsOf<ServeSettings>): string {
  return `Usage:
    wotftp [OPTIONS]
    wotftp doctor [OPTIONS]
    wotftp verify --receipts FILE [--dir DIR]
    wotftp stop --stop-key-file FILE [--port PORT] [--bind IP]
    wotftp put [--port PORT] FILE... HOST

A TFTP server that only accepts uploads. An existing file is replaced
only by a complete new one. With "doctor" it looks whether a server with these
OPTIONS would work, says how devices upload to it, and changes nothing.

Options:
${describeFlags(flags).join("\n")}

Sizes end with K, M, G or T (powers of 1024), as in 1.5G; times with s, m, h
or d, as in 1m30s. For sending files see "wotftp put --help".

Example:
    $ wotftp --port 6969 --dir /srv/uploads
    $ curl --upload-file firmware.bin tftp://localhost:6969/
`;
}
