/**
 * The time before a line, as people read it.
 *
 * @module
 */

import { format } from "@std/datetime/format";

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
 * @param before What to put before.
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
