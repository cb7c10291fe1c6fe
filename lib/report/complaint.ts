/**
 * Why the program cannot go on, in the form of its log.
 *
 * @module
 */

import type { LogFormat } from "../config.ts";
import { jsonLine } from "./json.ts";

/**
 * Writes a complaint.
 *
 * @param format The form of the log.
 * @param epochMs When, milliseconds since 1970.
 * @param message What is wrong.
 * @param hint What leads out, if anything is known to.
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
 * Writes a warning.
 *
 * @param format The form of the log.
 * @param epochMs When, milliseconds since 1970.
 * @param message What to look after.
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
