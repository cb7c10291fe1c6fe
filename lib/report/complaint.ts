/**
 * Why the program cannot go on, in the form of its log.
 *
 * @module
 */

import type { LogFormat } from "../config.ts";
import { jsonLine } from "./json.ts";

/**
 * Writes what is wrong, and what leads out, if anything is known to.
 *
 * @param epochMs When, milliseconds since 1970.
 * @returns Lines.
 */
export function complaintLines(
  format: LogFormat,
  epochMs: number,
  message: string,
  hint: string | undefined,
): string[] {
  if (format === "json") {
    return [jsonLine(epochMs, "error", "trouble", { message, hint })];
  }
  const lines = [`wotftp: error: ${message}`];
  return hint === undefined ? lines : [...lines, `wotftp: hint: ${hint}`];
}

/**
 * Writes what to look after.
 *
 * @param epochMs When, milliseconds since 1970.
 */
export function warningLine(
  format: LogFormat,
  epochMs: number,
  message: string,
): string {
  return format === "json"
    ? jsonLine(epochMs, "warning", "notice", { message })
    : `wotftp: warning: ${message}`;
}
