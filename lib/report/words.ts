/**
 * Words that make up lines.
 *
 * @module
 */

/** A name or message longer than this is cut: a line should stay a line. */
const MAX_QUOTED = 255;

/**
 * Puts a text from the network into quotes.
 *
 * @param text Any text, each character one byte.
 * @returns The text with every character that is not printable ASCII escaped.
 */
export function quote(text: string): string {
  const cut = text.length > MAX_QUOTED ? text.slice(0, MAX_QUOTED) : text;
  const escaped = cut.replace(
    /[^\x20-\x7e]|["\\]/g,
    (character) =>
      character === '"' || character === "\\"
        ? `\\${character}`
        : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return cut === text ? `"${escaped}"` : `"${escaped}"...`;
}

/** Counts things: `1 file`, `2 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Writes a number of bytes as people read it. */
export function sizeOf(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = bytes < 1
    ? 0
    : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const number = bytes / 1_000 ** power;
  return `${number.toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** Writes how long something took. */
export function secondsText(seconds: number): string {
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

/**
 * Writes a time as a clock does: `0:07`, `1:02:03`.
 *
 * @param seconds Seconds; fractions are left out.
 */
export function clockText(seconds: number): string {
  const all = Math.floor(seconds);
  const two = (value: number) => `${value}`.padStart(2, "0");
  const minutes = Math.floor(all / 60) % 60;
  const hours = Math.floor(all / 3_600);
  return hours === 0
    ? `${minutes}:${two(all % 60)}`
    : `${hours}:${two(minutes)}:${two(all % 60)}`;
}
