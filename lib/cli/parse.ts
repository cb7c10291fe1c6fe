/**
 * From the command line to what is to be done. Parsing has no effects.
 *
 * @module
 */

import type { PutOrder, StopOrder, VerifyOrder } from "../orders.ts";
import { servesNobody } from "../policy/access.ts";
import { ASK_FLAGS, type AskSettings } from "./ask_flags.ts";
import { countOf } from "./expect_flags.ts";
import { describeFlags, type FlagsOf, parseFlags, UsageError } from "./flag.ts";
import {
  PORT,
  SERVE_FLAGS,
  type ServeSettings,
  STOP_KEY_FILE,
} from "./flags.ts";
import { checkNaming } from "./naming_flags.ts";
import { RECEIPTS } from "./record_flags.ts";
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
const HINT = 'see "wotftp --help" for all flags';
const PUT_HINT = 'see "wotftp put --help" for all flags';
const STOP_FLAGS: FlagsOf<StopOrder & AskSettings> = {
  port: PORT,
  hostname: {
    name: "bind",
    ...IP,
    fallback: "127.0.0.1",
    help: "",
  },
  stopKeyFile: { ...STOP_KEY_FILE, fallback: "" },
  ...ASK_FLAGS,
};

const VERIFY_FLAGS: FlagsOf<VerifyOrder & AskSettings> = {
  receipts: { ...RECEIPTS, fallback: "" },
  directory: SERVE_FLAGS.directory,
  ...ASK_FLAGS,
};

/** The help: what it is, every flag, an example. */
export const HELP: string = describe(SERVE_FLAGS);

/**
 * Makes sense of the command line.
 *
 * @param args The arguments, without the program's name.
 */
export function parseCommandLine(args: readonly string[]): Command {
  const [first = "", ...others] = args;
  if (!first.startsWith(FENCED_IN)) return parse(SERVE_FLAGS, args);
  return parse(fencedIn(first.slice(FENCED_IN.length)), others);
}

function parse(
  flags: FlagsOf<ServeSettings>,
  args: readonly string[],
): Command {
  const [first, ...others] = args;
  try {
    if (first === "stop") return parseStop(flags, others);
    if (first === "verify") return parseVerify(flags, others);
    if (first === "doctor") return parseServe("doctor", flags, others);
    if (first !== "put") return parseServe("serve", flags, args);
    const settings = parsePut(others);
    if (settings === "help") return { kind: "help", text: PUT_HELP };
    if (settings === "version") return { kind: "version" };
    return { kind: "put", settings };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // Nobody needs the help more than who got something wrong.
    const asks = (name: string) => args.includes(name);
    const isPut = first === "put";
    if (asks("--help") || asks("-h")) {
      return isPut ? { kind: "help", text: PUT_HELP } : help(flags);
    }
    if (asks("--version") || asks("-V")) return { kind: "version" };
    const hint = isPut ? PUT_HINT : HINT;
    return { kind: "wrong", message: error.message, hint };
  }
}

function parseServe(
  kind: "serve" | "doctor",
  flags: FlagsOf<ServeSettings>,
  args: readonly string[],
): Command {
  const { help: asksHelp, version, ...settings } = parseFlags<
    ServeSettings & AskSettings
  >({ ...flags, ...ASK_FLAGS }, args);
  if (asksHelp) return help(flags);
  if (version) return { kind: "version" };
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

function parseStop(
  flags: FlagsOf<ServeSettings>,
  args: readonly string[],
): Command {
  const odd = Object.values(SERVE_FLAGS).map(({ name }) => name).find((name) =>
    !Object.values(STOP_FLAGS).some((flag) => flag.name === name) &&
    args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))
  );
  if (odd !== undefined) {
    throw new UsageError(`--${odd} means nothing to "wotftp stop"`);
  }
  const { help: asksHelp, version, ...settings } = parseFlags(STOP_FLAGS, args);
  if (asksHelp) return help(flags);
  if (version) return { kind: "version" };
  if (settings.stopKeyFile === "") {
    throw new UsageError('"wotftp stop" needs --stop-key-file');
  }
  return { kind: "stop", settings };
}

function parseVerify(
  flags: FlagsOf<ServeSettings>,
  args: readonly string[],
): Command {
  const { help: asksHelp, version, ...settings } = parseFlags(
    { ...VERIFY_FLAGS, directory: flags.directory },
    args,
  );
  if (asksHelp) return help(flags);
  if (version) return { kind: "version" };
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

function help(flags: FlagsOf<ServeSettings>): Command {
  return { kind: "help", text: describe(flags) };
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
${describeFlags({ ...flags, ...ASK_FLAGS }).join("\n")}

Sizes end with K, M, G or T (powers of 1024), as in 1.5G; times with s, m, h
or d, as in 1m30s. For sending files see "wotftp put --help".

Example:
    $ wotftp --port 6969 --dir /srv/uploads
    $ curl --upload-file firmware.bin tftp://localhost:6969/
`;
}
