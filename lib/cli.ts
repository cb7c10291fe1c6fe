/**
 * From the command line to a checked configuration. Parsing has no effects.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { FLAGS, isSwitch, STOP_FLAGS } from "./flags.ts";
import { parseAddress } from "./policy/address.ts";
import { parseDuration, parseSize } from "./policy/quantity.ts";
import type { Verbosity } from "./report/text.ts";
import { DEFAULT_CONFIG, type ServerConfig } from "./server/config.ts";
import type { MinFree } from "./storage/space.ts";

/** What the command line asks for. */
export type Command =
  | {
    readonly kind: "serve";
    readonly config: ServerConfig;
    readonly verbosity: Verbosity;
    /** The file with the key that stops the server, if it may be. */
    readonly stopKeyFile: string | undefined;
  }
  /** Stop a server that runs elsewhere. */
  | {
    readonly kind: "stop";
    readonly hostname: string;
    readonly port: number;
    readonly stopKeyFile: string;
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

const HINT = 'see "wotftp --help" for all flags';
const MAX_PORT = 65_535;
/** More sockets than a process may have on any common system. */
const MAX_UPLOADS = 1_000_000;

/**
 * Makes sense of the command line.
 *
 * @param args The arguments, without the program's name. Of a flag given twice
 * the last one counts.
 */
export function parseCommandLine(args: readonly string[]): Command {
  const unknown: string[] = [];
  const values: Record<string, unknown> = parseArgs([...args], {
    boolean: FLAGS.filter(isSwitch).map(({ name }) => name),
    string: FLAGS.filter((flag) => !isSwitch(flag)).map(({ name }) => name),
    unknown: (arg) => {
      unknown.push(arg);
      return false;
    },
  });
  if (values["help"] === true) return { kind: "help" };
  if (values["version"] === true) return { kind: "version" };
  const isStop = args[0] === "stop";
  if (isStop) unknown.shift();
  const stray = unknown[0] ?? args.find(isSwitchWithValue) ??
    args.find(isStrayBoolean) ?? args.find((arg) => arg === "--");
  if (stray !== undefined) return explainStray(stray);
  try {
    return isStop ? readStop(values) : readServe(values);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { kind: "wrong", message: error.message, hint: HINT };
  }
}

class UsageError extends Error {}

type Values = Readonly<Record<string, unknown>>;

/** Reads a flag that may be missing. */
function read<T>(
  values: Values,
  name: string,
  parse: (text: string) => T | undefined,
  expected: string,
): T | undefined {
  const text = values[name];
  if (typeof text !== "string") return undefined;
  if (text === "") throw new UsageError(`--${name} needs a value`);
  const value = parse(text);
  if (value !== undefined) return value;
  throw new UsageError(`--${name} is "${text}"; expected ${expected}`);
}

function readServe(values: Values): Command {
  const duration = (name: string) =>
    read(values, name, parsePositive, "a time such as 90s, 5m or 1h");
  const defaults = DEFAULT_CONFIG;
  const config: ServerConfig = {
    directory: read(values, "dir", anyText, "a directory") ??
      defaults.directory,
    port: readPort(values) ?? defaults.port,
    hostname: readAddress(values, "bind") ?? defaults.hostname,
    remoteip: readAddress(values, "remoteip"),
    servesLowPorts: values["low-ports"] === true,
    timestamp: values["timestamp"] === true,
    ipstamp: values["ipstamp"] === true,
    isSynced: values["no-sync"] !== true,
    onExists: read(values, "on-exists", parseOnExists, ON_EXISTS) ??
      defaults.onExists,
    maxBytes: read(values, "max-size", parseSize, "a size such as 10M or 2G") ??
      defaults.maxBytes,
    minFree:
      read(values, "min-free", parseMinFree, "a size such as 500M or 5%") ??
        defaults.minFree,
    maxTransfers: readCount(values, "max-transfers") ?? defaults.maxTransfers,
    maxPerClient: readCount(values, "max-per-client") ?? defaults.maxPerClient,
    idleMs: duration("idle-timeout") ?? defaults.idleMs,
    durationMs: duration("max-duration") ?? defaults.durationMs,
  };
  return {
    kind: "serve",
    config,
    verbosity: read(values, "verbose", parseVerbosity, "0, 1 or 2") ?? 1,
    stopKeyFile: readStopKeyFile(values),
  };
}

function readStop(values: Values): Command {
  const given = FLAGS.map(({ name }) => name)
    .filter((name) =>
      typeof values[name] === "string" || values[name] === true
    );
  const odd = given.find((name) => !STOP_FLAGS.includes(name));
  if (odd !== undefined) {
    throw new UsageError(`--${odd} means nothing to "wotftp stop"`);
  }
  const stopKeyFile = readStopKeyFile(values);
  if (stopKeyFile === undefined) {
    throw new UsageError('"wotftp stop" needs --stop-key-file');
  }
  return {
    kind: "stop",
    hostname: readAddress(values, "bind") ?? "127.0.0.1",
    port: readPort(values) ?? DEFAULT_CONFIG.port,
    stopKeyFile,
  };
}

function readPort(values: Values): number | undefined {
  const expected = `a number from 0 to ${MAX_PORT}`;
  return read(values, "port", countFrom(0, MAX_PORT), expected);
}

function readCount(values: Values, name: string): number | undefined {
  const expected = `a number from 1 to ${MAX_UPLOADS}`;
  return read(values, name, countFrom(1, MAX_UPLOADS), expected);
}

function readAddress(values: Values, name: string): string | undefined {
  return read(values, name, parseAddress, "an IP address such as 192.0.2.7");
}

function readStopKeyFile(values: Values): string | undefined {
  return read(values, "stop-key-file", anyText, "a file");
}

function anyText(text: string): string {
  return text;
}

const ON_EXISTS = "replace, refuse or version";

function parseOnExists(text: string): ServerConfig["onExists"] | undefined {
  return text === "replace" || text === "refuse" || text === "version"
    ? text
    : undefined;
}

function parseMinFree(text: string): MinFree | undefined {
  if (text.endsWith("%")) {
    const percent = countFrom(0, 99)(text.slice(0, -1));
    return percent === undefined ? undefined : { kind: "percent", percent };
  }
  const bytes = parseSize(text);
  return bytes === undefined ? undefined : { kind: "bytes", bytes };
}

function parseVerbosity(text: string): Verbosity | undefined {
  return text === "0" ? 0 : text === "1" ? 1 : text === "2" ? 2 : undefined;
}

function countFrom(
  min: number,
  max: number,
): (text: string) => number | undefined {
  return (text) => {
    const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : NaN;
    return number >= min && number <= max ? number : undefined;
  };
}

/** No time at all would end every upload before it began. */
function parsePositive(text: string): number | undefined {
  return parseDuration(text) || undefined;
}

/** `--timestamp=on` would silently mean the same as `--timestamp=off`. */
function isSwitchWithValue(arg: string): boolean {
  return FLAGS.some((flag) =>
    isSwitch(flag) && arg.startsWith(`--${flag.name}=`)
  );
}

/** The parser would take the word behind a switch for its value. */
function isStrayBoolean(
  arg: string,
  i: number,
  args: readonly string[],
): boolean {
  return (arg === "true" || arg === "false") &&
    FLAGS.some((flag) => isSwitch(flag) && args[i - 1] === `--${flag.name}`);
}

function explainStray(arg: string): Command {
  const message = isSwitchWithValue(arg)
    ? `"${arg}": ${arg.slice(0, arg.indexOf("="))} takes no value`
    : arg.startsWith("-")
    ? `unknown flag "${arg}"`
    : `unexpected argument "${arg}"; every option begins with --`;
  return { kind: "wrong", message, hint: HINT };
}
