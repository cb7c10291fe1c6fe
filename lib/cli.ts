/**
 * The command line: every flag once, in one table, that the parser and the help
 * are both made from. Parsing has no effects.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { parseAddress } from "./policy/address.ts";
import type { Verbosity } from "./report/text.ts";
import type { ServerConfig } from "./server/config.ts";

/** What the command line asks for. */
export type Command =
  | {
    readonly kind: "serve";
    readonly config: ServerConfig;
    readonly verbosity: Verbosity;
  }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  /** It asks for nothing that makes sense. */
  | {
    readonly kind: "wrong";
    /** What is wrong, and what would be right. */
    readonly message: string;
    /** What leads out. */
    readonly hint: string;
  };

interface Flag {
  readonly name: string;
  /** The placeholder of the flag's value; a switch has none. */
  readonly value?: string;
  readonly help: string;
}

const FLAGS: readonly Flag[] = [
  {
    name: "dir",
    value: "DIR",
    help: "Store uploads in DIR. Default: the current directory.",
  },
  {
    name: "port",
    value: "PORT",
    help: "Listen on UDP port PORT. Default: 69.",
  },
  {
    name: "bind",
    value: "IP",
    help: "Listen on this address only. Default: all of IPv4.",
  },
  {
    name: "remoteip",
    value: "IP",
    help: "Accept packets from this address only. Default: any.",
  },
  {
    name: "timestamp",
    help: "Store as NAME-YYYY-MM-DD-HH-MM-SS-mmm (local time).",
  },
  {
    name: "ipstamp",
    help: "Store as IP-NAME, IP being the client's address.",
  },
  {
    name: "verbose",
    value: "LEVEL",
    help: "0: serious errors, 1: uploads, 2: packets. Default: 1.",
  },
  { name: "help", help: "Print this help and exit." },
  { name: "version", help: "Print the version and exit." },
];

const MAX_PORT = 65_535;
/** The column where the descriptions begin. */
const HELP_COLUMN = 22;
const HINT = 'see "wotftp --help" for all flags';

/** The help: what it is, every flag, an example. */
export const HELP: string = `Usage:
    wotftp [OPTIONS]

A TFTP server that only accepts uploads. An existing file is replaced
only by a complete new one.

Options:
${FLAGS.map(describeFlag).join("\n")}

Example:
    $ wotftp --port 6969 --dir /srv/uploads
    $ curl --upload-file firmware.bin tftp://localhost:6969/
`;

/**
 * Makes sense of the command line.
 *
 * @param args The arguments, without the program's name. Of a flag given twice
 * the last one counts.
 */
export function parseCommandLine(args: readonly string[]): Command {
  const unknown: string[] = [];
  const values: Record<string, unknown> = parseArgs([...args], {
    boolean: FLAGS.filter((flag) => flag.value === undefined).map(nameOf),
    string: FLAGS.filter((flag) => flag.value !== undefined).map(nameOf),
    unknown: (arg) => {
      unknown.push(arg);
      return false;
    },
  });
  if (values["help"] === true) return { kind: "help" };
  if (values["version"] === true) return { kind: "version" };
  const behindDashes = args.includes("--") ? "--" : undefined;
  const stray = unknown[0] ?? args.find(isSwitchWithValue) ?? behindDashes;
  if (stray !== undefined) return explainStray(stray);
  try {
    return readFlags((name) => {
      const value = values[name];
      if (value === "") throw new UsageError(`--${name} needs a value`);
      return typeof value === "string" ? value : undefined;
    }, (name) => values[name] === true);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { kind: "wrong", message: error.message, hint: HINT };
  }
}

class UsageError extends Error {}

function readFlags(
  text: (name: string) => string | undefined,
  isOn: (name: string) => boolean,
): Command {
  return {
    kind: "serve",
    config: {
      directory: text("dir") ?? ".",
      port: readNumber("port", text("port") ?? "69", 0, MAX_PORT),
      hostname: readAddress("bind", text("bind")) ?? "0.0.0.0",
      remoteip: readAddress("remoteip", text("remoteip")),
      timestamp: isOn("timestamp"),
      ipstamp: isOn("ipstamp"),
    },
    verbosity: readVerbosity(text("verbose") ?? "1"),
  };
}

function readNumber(
  name: string,
  text: string,
  min: number,
  max: number,
): number {
  const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(
    `--${name} is "${text}"; expected a number from ${min} to ${max}`,
  );
}

function readAddress(
  name: string,
  text: string | undefined,
): string | undefined {
  if (text === undefined) return undefined;
  const address = parseAddress(text);
  if (address !== undefined) return address;
  throw new UsageError(
    `--${name} is "${text}"; expected an IP address such as 192.0.2.7`,
  );
}

function readVerbosity(text: string): Verbosity {
  switch (text) {
    case "0":
      return 0;
    case "1":
      return 1;
    case "2":
      return 2;
    default:
      throw new UsageError(`--verbose is "${text}"; expected 0, 1 or 2`);
  }
}

/** `--timestamp=on` would silently mean the same as `--timestamp=off`. */
function isSwitchWithValue(arg: string): boolean {
  return FLAGS.some(({ name, value }) =>
    value === undefined && arg.startsWith(`--${name}=`)
  );
}

function explainStray(arg: string): Command {
  const message = isSwitchWithValue(arg)
    ? `"${arg}": ${arg.slice(0, arg.indexOf("="))} takes no value`
    : arg.startsWith("-")
    ? `unknown flag "${arg}"`
    : `unexpected argument "${arg}"; every option begins with --`;
  return { kind: "wrong", message, hint: HINT };
}

function describeFlag({ name, value, help }: Flag): string {
  const left = `    --${name}${value === undefined ? "" : ` ${value}`}`;
  return left.padEnd(HELP_COLUMN) + help;
}

function nameOf({ name }: Flag): string {
  return name;
}
