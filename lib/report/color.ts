/**
 * A little colour, for what is bad.
 *
 * @module
 */

import type { Severity } from "./level.ts";

const CODES: Readonly<Record<Severity, string>> = {
  error: "31",
  warning: "33",
  info: "",
  debug: "2",
};

/**
 * Colours a line.
 *
 * @param text The line.
 * @param severity How bad it is.
 */
export function colored(text: string, severity: Severity): string {
  const code = CODES[severity];
  return code === "" ? text : `\x1b[${code}m${text}\x1b[0m`;
}

/**
 * Makes a text faint.
 *
 * @param text The text.
 */
export function faint(text: string): string {
  return `\x1b[2m${text}\x1b[0m`;
}
