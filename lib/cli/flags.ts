/**
 * The flags of the server.
 *
 * @module
 */

import type { ServerConfig } from "../config.ts";
import { parseRange } from "../policy/range.ts";
import { EXPECT_FLAGS, type ExpectSettings } from "./expect_flags.ts";
import { defaultsOf, type FlagsOf, type ValueFlag } from "./flag.ts";
import { LOG_FLAGS, RECORD_FLAGS } from "./log_flags.ts";
import { NAMING_FLAGS } from "./naming_flags.ts";
import {
  anyText,
  countFrom,
  IP,
  MAX_PORT,
  parseBind,
  parseEach,
  parseMinFree,
  SIZE,
  TIME,
} from "./value.ts";
import { WIRE_FLAGS } from "./wire_flags.ts";

/** What the command line can say about a server. */
export interface ServeSettings extends ServerConfig, ExpectSettings {
  /** The file with the key that stops the server, if it may be. */
  readonly stopKeyFile: string | undefined;
}

/** More sockets than a process may have on any common system. */
const MAX_UPLOADS = 1_000_000;
/** More processors than any machine that receives files. */
const MAX_THREADS = 256;

/** The port, for all commands that have one. */
export const PORT: ValueFlag<number> = {
  name: "port",
  ...countFrom(0, MAX_PORT),
  value: "PORT",
  fallback: 69,
  help: "Listen on UDP port PORT. Default: 69.",
};

/** The file with the key that stops a server. */
export const STOP_KEY_FILE: ValueFlag<string | undefined> = {
  name: "stop-key-file",
  ...anyText("FILE"),
  fallback: undefined,
  help: 'Let "wotftp stop" end the server, given the same key, 16 bytes or ' +
    "more. Default: only signals end it.",
};

/** All flags of the server, in the order of the help. */
export const SERVE_FLAGS: FlagsOf<ServeSettings> = {
  directory: {
    name: "dir",
    ...anyText("DIR"),
    fallback: ".",
    help: "Store uploads in DIR. Default: the current directory.",
  },
  port: PORT,
  isSinglePort: {
    name: "single-port",
    given: true,
    fallback: false,
    help: "Answer from the listening port alone, for clients behind NAT or " +
      "firewalls; on one thread. Default: each upload has a port of its own.",
  },
  hostnames: {
    name: "bind",
    value: IP.value,
    parseAll: parseBind,
    fallback: [],
    help: "Listen on this address only, or on all of IPv4 (0.0.0.0) or IPv6 " +
      "(::); may be given several times. Default: all there are.",
  },
  remoteip: {
    name: "remoteip",
    value: "RANGE",
    parseAll: (texts) => parseEach(texts, parseRange),
    fallback: [],
    help: "Accept packets from these addresses only, as in 192.0.2.7 or " +
      "10.0.0.0/8; may be given several times. Default: any.",
  },
  servesLowPorts: {
    name: "low-ports",
    given: true,
    fallback: false,
    help: "Serve clients that send from ports below 1024 as well; such " +
      "packets are mostly forged. Default: ignore them.",
  },
  ...NAMING_FLAGS,
  maxBytes: {
    name: "max-size",
    ...SIZE,
    fallback: Infinity,
    help: "Refuse larger files, as in 10M or 2G. Default: none.",
  },
  minFree: {
    name: "min-free",
    value: SIZE.value,
    parse: parseMinFree,
    expected: "a size such as 500M or 5%",
    fallback: { kind: "default" },
    help:
      "Leave this much of the disk free, as in 500M or 5%. Default: 256M, " +
      "or 1% of a smaller disk.",
  },
  maxBufferBytes: {
    name: "max-memory",
    ...SIZE,
    // With the program itself it stays below 512 MB, as small machines have it.
    fallback: 256 * 1024 * 1024,
    help: "Use this much memory for the data of running uploads: beyond half " +
      "of it blocks get smaller, beyond all of it requests are refused. " +
      "Default: 256M.",
  },
  maxTransfers: {
    name: "max-transfers",
    ...countFrom(1, MAX_UPLOADS),
    // Two descriptors each: within reach of common limits, beyond common needs.
    fallback: 10_000,
    help: "Take N uploads at once. Default: 10000.",
  },
  maxPerClient: {
    name: "max-per-client",
    ...countFrom(1, MAX_UPLOADS),
    // A whole site may share one address.
    fallback: 10_000,
    help: "Take N uploads at once of one address. Default: 10000.",
  },
  ...WIRE_FLAGS,
  idleMs: {
    name: "idle-timeout",
    ...TIME,
    fallback: undefined,
    help: "Give up a client silent for TIME. Default: 60s.",
  },
  durationMs: {
    name: "max-duration",
    ...TIME,
    // 5 GB at 64 kB/s.
    fallback: 24 * 60 * 60 * 1_000,
    help: "Give up an upload that takes longer. Default: 1d.",
  },
  threads: {
    name: "threads",
    ...countFrom(1, MAX_THREADS),
    fallback: undefined,
    help: "Spread uploads over N threads at most. Default: one fewer than " +
      "processors.",
  },
  isSynced: {
    name: "no-sync",
    given: false,
    fallback: true,
    help: "Send the last ACK before the file is on disk: faster, but a power " +
      "failure may cost files that were saved.",
  },
  ...RECORD_FLAGS,
  ...EXPECT_FLAGS,
  stopKeyFile: STOP_KEY_FILE,
  ...LOG_FLAGS,
};

/** What holds unless the operator says otherwise. */
export const DEFAULTS: ServeSettings = defaultsOf(SERVE_FLAGS);
