/**
 * How a line looks to people: the time before it, and a little colour for what is
 * bad.
 *
 * @module
 */

import { format } from "@std/datetime/format";
import type { Severity } from "./level.ts";

const FAINT = "2";
const CODES: Readonly<Record<Severity, string>> = {
  error: "31",
  warning: "33",
  info: "",
  debug: FAINT,
};

/** Colours a line. */
export function colored(text: string, severity: Severity): string {
  const code = CODES[severity];
  return code === "" ? text : `\x1b[${code}m${text}\x1b[0m`;
}

/** Makes a text faint. */
export function faint(text: string): string {
  return `\x1b[${FAINT}m${text}\x1b[0m`;
}

/**
 * Makes a function that writes the local time. The first one of each day carries
 * the date.
 */
export function timeWriter(): (epochMs: number) => string {
  let day = "";
  return (epochMs) => {
    const date = new Date(epochMs);
    const today = format(date, "yyyy-MM-dd");
    const time = format(date, "HH:mm:ss");
    if (today === day) return time;
    day = today;
    return `${today} ${time}`;
  };
}

/**
 * Puts something before each line that tells of an event; the bytes of a packet
 * below it stay as they are.
 *
 * @param text One line or several.
 * @param paint Does something to each line.
 */
export function putBefore(
  text: string,
  before: string,
  paint: (line: string) => string,
): string {
  return text.split("\n").map((line, i) =>
    i === 0 || line.startsWith("wotftp: ")
      ? `${before} ${paint(line)}`
      : paint(line)
  ).join("\n");
}
