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

const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  "": 1_000,
  S: 1_000,
  M: 60_000,
  H: 3_600_000,
  D: 86_400_000,
};

/**
 * Reads a size.
 *
 * @param text Digits and perhaps `K`, `M`, `G` or `T` (powers of 1024) in any
 * case, with or without a `B` or `iB` behind: `1500`, `10M`, `2 GiB` is not.
 * @returns Bytes, or `undefined` if it is no size.
 */
export function parseSize(text: string): number | undefined {
  const match = /^([0-9]{1,15})(?:([KMGT])(?:I?B)?|B)?$/i.exec(text);
  const bytes = scale(match, SIZE_UNITS);
  return bytes !== undefined && bytes <= Number.MAX_SAFE_INTEGER
    ? bytes
    : undefined;
}

/**
 * Reads a duration.
 *
 * @param text Digits and perhaps `s` (seconds, the default), `m`, `h` or `d`.
 * @returns Milliseconds, or `undefined` if it is no duration.
 */
export function parseDuration(text: string): number | undefined {
  return scale(
    /^([0-9]{1,9})([SMHD]?)$/i.exec(text),
    DURATION_UNITS_MS,
  );
}

function scale(
  match: RegExpExecArray | null,
  units: Readonly<Record<string, number>>,
): number | undefined {
  if (match === null) return undefined;
  const [, digits, unit = ""] = match;
  const factor = units[unit.toUpperCase()];
  return factor === undefined ? undefined : Number(digits) * factor;
}
