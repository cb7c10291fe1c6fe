/**
 * The flags of the log.
 *
 * @module
 */

import type { LogConfig, LogFormat, Verbosity } from "../config.ts";
import type { FlagsOf } from "./flag.ts";

/** The flags, in the order of the help. */
export const LOG_FLAGS: FlagsOf<LogConfig> = {
  logFormat: {
    name: "log",
    value: "FORM",
    parse: parseLogFormat,
    expected: "text, plain or json",
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
    value: "LEVEL",
    parse: parseVerbosity,
    expected: "0, 1 or 2",
    fallback: 1,
    help: "0: serious errors, 1: uploads, 2: packets. Default: 1.",
  },
};

function parseLogFormat(text: string): LogFormat | undefined {
  return text === "text" || text === "plain" || text === "json"
    ? text
    : undefined;
}

function parseVerbosity(text: string): Verbosity | undefined {
  return text === "0" ? 0 : text === "1" ? 1 : text === "2" ? 2 : undefined;
}
