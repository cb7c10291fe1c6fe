/**
 * How much an event matters.
 *
 * @module
 */

import type { Verbosity } from "../config.ts";
import type { Event, Report } from "./event.ts";

/**
 * What is printed at some level. Not that a first block came: whoever reads knows
 * of the upload from the line of its request.
 */
export type Printed = Exclude<Event, { kind: "proven" | "progress" }>;

/** How bad it is. */
export type Severity = "error" | "warning" | "info" | "debug";

/** The verbosity from which on something so bad is printed. */
const LEVELS: Readonly<Record<Severity, Verbosity>> = {
  error: 0,
  warning: 1,
  info: 1,
  debug: 2,
};

/** Makes a report that prints what matters enough. */
export function reportAt(
  verbosity: Verbosity,
  print: (event: Printed, severity: Severity) => void,
): Report {
  return {
    packets: verbosity >= LEVELS.debug,
    add(event) {
      if (event.kind === "proven" || event.kind === "progress") return;
      const severity = severityOf(event);
      if (verbosity >= levelOf(event, severity)) print(event, severity);
    },
  };
}

function levelOf({ kind }: Printed, severity: Severity): Verbosity {
  // The end of an error is told to all who were told of it; a sum to all.
  return kind === "directory" || kind === "expected" ? 0 : LEVELS[severity];
}

function severityOf(event: Printed): Severity {
  switch (event.kind) {
    case "trouble":
      return "error";
    case "directory":
      return event.isThere ? "info" : "error";
    case "failed":
      return event.trouble === undefined ? "warning" : "error";
    case "refused":
    case "denied":
    case "more":
    case "unread":
    case "left":
      return "warning";
    case "expected":
      return event.missing.length > 0 ? "warning" : "info";
    case "packet":
    case "ignored":
      return "debug";
    case "listening":
    case "swept":
    case "accepted":
    case "stored":
    case "idle":
    case "stopping":
    case "stopped":
    case "notice":
      return "info";
  }
}
