/**
 * The flags of `wotftp put`, and what stands beside them.
 *
 * @module
 */

import type { PutOrder } from "../orders.ts";
import {
  DEFAULT_BLKSIZE,
  MAX_BLKSIZE,
  MAX_WINDOWSIZE,
  MIN_BLKSIZE,
} from "../protocol/options.ts";
import type { Mode } from "../protocol/request.ts";
import {
  type Asked,
  describeFlags,
  type FlagsOf,
  parseFlags,
  UsageError,
} from "./flag.ts";
import { anyText, countFrom, MAX_PORT, TIME } from "./value.ts";

type PutFlags = Omit<PutOrder, "files" | "host">;

/** A window is kept until it is acknowledged. */
const MAX_WINDOW_BYTES = 64 * 1024 * 1024;
const STDIN = "-";

const PUT_FLAGS: FlagsOf<PutFlags> = {
  port: {
    name: "port",
    ...countFrom(1, MAX_PORT),
    value: "PORT",
    fallback: 69,
    help: "Send to a server on UDP port PORT. Default: 69.",
  },
  name: {
    name: "name",
    ...anyText("NAME"),
    fallback: undefined,
    help: "Have it stored as NAME. Default: the name of the file itself, " +
      "without its directories.",
  },
  mode: {
    name: "mode",
    value: "MODE",
    parse: parseMode,
    expected: "octet or netascii",
    fallback: "octet",
    help: "octet: send it as it is; netascii: send text with the line ends " +
      "that netascii has. Default: octet.",
  },
  blksize: {
    name: "blksize",
    ...countFrom(MIN_BLKSIZE, MAX_BLKSIZE),
    // Fits an Ethernet with room for a tunnel.
    fallback: 1_428,
    help: "Ask for blocks of N bytes. Default: 1428.",
  },
  windowsize: {
    name: "windowsize",
    ...countFrom(1, MAX_WINDOWSIZE),
    // As many as every receiver's buffer holds.
    fallback: 16,
    help: "Ask to send N blocks at once. Default: 16. With 1, and --blksize " +
      `${DEFAULT_BLKSIZE}, nothing is asked for, as very old servers need it.`,
  },
  silenceMs: {
    name: "timeout",
    ...TIME,
    fallback: 30_000,
    help: "Give up on a server silent for TIME. Default: 30s.",
  },
};

/** The help of `wotftp put`. */
export const PUT_HELP: string = `Usage:
    wotftp put [OPTIONS] FILE... HOST

Sends files to a TFTP server. FILE may be - for the standard input, with
--name; HOST is a name or an IP address.

Options:
${describeFlags(PUT_FLAGS).join("\n")}

It exits with 0 if all files are saved, 1 if not, 2 if it is used wrongly.

Examples:
    $ wotftp put --port 6969 firmware.bin 192.0.2.7
    $ tar -c config | wotftp put --name config.tar - backup.example
`;

/**
 * Makes sense of the arguments behind `put`.
 *
 * @returns What to send, or what else is asked for.
 * @throws {UsageError} What is wrong, and what would be right.
 */
export function parsePut(args: readonly string[]): PutOrder | Asked {
  const { flags, operands } = separate(args);
  const settings = parseFlags(PUT_FLAGS, flags);
  if (typeof settings === "string") return settings;
  const files = operands.slice(0, -1);
  const host = operands.at(-1);
  if (host === undefined || files.length === 0) {
    const missing = host === undefined ? "FILE and HOST are" : "HOST is";
    throw new UsageError(`${missing} missing: wotftp put FILE... HOST`);
  }
  const { blksize, windowsize, name } = settings;
  if (files.includes(STDIN) && name === undefined) {
    throw new UsageError("the standard input needs --name");
  }
  if (files.length > 1 && name !== undefined) {
    throw new UsageError("--name goes with one FILE");
  }
  if (blksize * windowsize > MAX_WINDOW_BYTES) {
    throw new UsageError("--blksize times --windowsize is more than 64M");
  }
  return { ...settings, files, host };
}

/** Flags may stand anywhere before `--`. */
function separate(
  args: readonly string[],
): { readonly flags: readonly string[]; readonly operands: readonly string[] } {
  const takeValues = Object.values(PUT_FLAGS).map(({ name }) => `--${name}`);
  const flags: string[] = [];
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (arg === STDIN || !arg.startsWith("-")) operands.push(arg);
    else {
      flags.push(arg);
      if (takeValues.includes(arg)) flags.push(...args.slice(++i, i + 1));
    }
  }
  return { flags, operands };
}

function parseMode(text: string): Mode | undefined {
  return text === "octet" || text === "binary"
    ? "octet"
    : text === "netascii" || text === "ascii"
    ? "netascii"
    : undefined;
}
