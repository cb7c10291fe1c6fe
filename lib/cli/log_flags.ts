/**
 * The flags of the log, and of what is kept and measured beside it.
 *
 * @module
 */

import type { LogConfig, RecordConfig } from "../config.ts";
import type { FlagsOf, ValueFlag } from "./flag.ts";
import { anyText, oneOf, parseSocketAddress } from "./value.ts";

/** The file of receipts, for all commands that have one. */
export const RECEIPTS: ValueFlag<string | undefined> = {
  name: "receipts",
  ...anyText("FILE"),
  fallback: undefined,
  help: "Add a line with the SHA-256 of every upload to FILE, before its " +
    'last ACK; "wotftp verify" checks it. Default: none.',
};

/** What is kept and measured, in the order of the help. */
export const RECORD_FLAGS: FlagsOf<RecordConfig> = {
  receipts: RECEIPTS,
  metrics: {
    name: "metrics",
    value: "IP:PORT",
    parse: parseSocketAddress,
    expected: "an address such as 127.0.0.1:9100 or [::1]:9100",
    fallback: undefined,
    help: "Answer Prometheus (/metrics) and health checks (/healthz) there. " +
      "Default: nobody.",
  },
};

/** The log, in the order of the help. */
export const LOG_FLAGS: FlagsOf<LogConfig> = {
  logFormat: {
    name: "log",
    ...oneOf("FORM", ["text", "plain", "json"]),
    fallback: "text",
    help: "text: begin each line with the local time, plain: leave that to " +
      "journald, json: an object a line, for programs. Default: text.",
  },
  showsProgress: {
    name: "no-progress",
    given: false,
    fallback: true,
    help: "Show no running uploads below the log, as terminals do otherwise.",
  },
  verbosity: {
    name: "verbose",
    ...oneOf("LEVEL", [0, 1, 2]),
    fallback: 1,
    help: "0: serious errors, 1: uploads, 2: packets. Default: 1.",
  },
};
