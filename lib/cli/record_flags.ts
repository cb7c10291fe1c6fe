/**
 * The flags of what is kept and measured beside the log.
 *
 * @module
 */

import type { RecordConfig } from "../config.ts";
import type { FlagsOf, ValueFlag } from "./flag.ts";
import { anyText, parseSocketAddress } from "./value.ts";

/** The file of receipts, for all commands that have one. */
export const RECEIPTS: ValueFlag<string | undefined> = {
  name: "receipts",
  value: "FILE",
  parse: anyText,
  expected: "a file",
  fallback: undefined,
  help: "Add a line with the SHA-256 of every upload to FILE, before its " +
    'last ACK; "wotftp verify" checks it. Default: none.',
};

/** The flags, in the order of the help. */
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
