/**
 * Sizes and durations as people write them.
 *
 * @module
 */

const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};

/** Days, hours, minutes and seconds, each left out or not. */
const DURATION =
  /^(?:(\d{1,9})D)?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?$/i;
const DURATION_UNITS_MS = [86_400_000, 3_600_000, 60_000, 1_000];

/**
 * Reads a size.
 *
 * @param text A number and perhaps `K`, `M`, `G` or `T` (powers of 1024) in any
 * case, with or without a `B` or `iB` behind: `1500`, `10M`, `1.5GiB`; `2 GiB`
 * is none, nor are one and a half bytes.
 * @returns Bytes, or `undefined` if it is no size.
 */
export function parseSize(text: string): number | undefined {
  const match = /^([0-9]{1,15})(\.[0-9]{1,6})?(?:([KMGT])(?:I?B)?|B)?$/i
    .exec(text);
  if (match === null) return undefined;
  const [, whole = "", fraction = "", unit = ""] = match;
  const factor = SIZE_UNITS[unit.toUpperCase()];
  if (factor === undefined || (unit === "" && fraction !== "")) {
    return undefined;
  }
  const bytes = Math.floor(Number(whole + fraction) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/**
 * Reads a duration.
 *
 * @param text Digits for seconds, or digits with `d`, `h`, `m` or `s` behind, in
 * that order: `90`, `90s`, `1m30s`.
 * @returns Milliseconds, or `undefined` if it is no duration.
 */
export function parseDuration(text: string): number | undefined {
  const match = text === "" ? null : DURATION
    .exec(/^[0-9]+$/.test(text) ? `${text}s` : text);
  if (match === null) return undefined;
  return DURATION_UNITS_MS
    .reduce((sum, ms, i) => sum + ms * Number(match[i + 1] ?? 0), 0);
}
