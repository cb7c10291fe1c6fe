/**
 * Stands in for `@std/datetime/format`, which npm does not have.
 *
 * @module
 */

/** The options of {@linkcode format}. */
export interface FormatOptions {
  /** Format in this time zone instead of the local one. */
  timeZone?: "UTC";
}

/** Formats a date; knows `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss` and `SSS`. */
export function format(
  date: Date,
  formatString: string,
  options: FormatOptions = {},
): string {
  const minutes = options.timeZone === "UTC" ? 0 : date.getTimezoneOffset();
  const iso = new Date(date.getTime() - minutes * 60_000).toISOString();
  const parts: Record<string, string> = {
    yyyy: iso.slice(0, 4),
    MM: iso.slice(5, 7),
    dd: iso.slice(8, 10),
    HH: iso.slice(11, 13),
    mm: iso.slice(14, 16),
    ss: iso.slice(17, 19),
    SSS: iso.slice(20, 23),
  };
  return formatString.replace(
    /yyyy|MM|dd|HH|mm|ss|SSS/g,
    (token) => parts[token] ?? token,
  );
}
