/**
 * How much an event matters.
 *
 * @module
 */

import type { Verbosity } from "../config.ts";
import type { Event } from "./event.ts";

/**
 * What is printed at some level. Not that a first block came: whoever reads knows
 * of the upload from the line of its request.
 */
export type Printed = Exclude<Event, { kind: "proven" | "progress" }>;

/** How bad it is. */
export type Severity = "error" | "warning" | "info" | "debug";

/** Says whether an event is printed at some level. */
export function isPrinted(event: Event): event is Printed {
  return event.kind !== "proven" && event.kind !== "progress";
}

/** The verbosity from which on an event is printed. */
export function levelOf(event: Printed): Verbosity {
  switch (event.kind) {
    case "trouble":
    case "directory":
    case "expected":
      return 0;
    case "failed":
      return event.trouble === undefined ? 1 : 0;
    case "packet":
    case "ignored":
      return 2;
    case "listening":
    case "swept":
    case "left":
    case "refused":
    case "denied":
    case "more":
    case "unread":
    case "accepted":
    case "stored":
    case "idle":
    case "stopping":
    case "stopped":
    case "notice":
      return 1;
  }
}

/** Says how bad an event is. */
export function severityOf(event: Printed): Severity {
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
    default:
      return "info";
  }
}
