/**
 * Who came of those that were waited for, in lines.
 *
 * @module
 */

import type { ExpectedReport } from "../policy/expected.ts";
import { quote } from "./words.ts";

/**
 * Describes who came and who did not.
 *
 * @param report The sum.
 * @returns Lines.
 */
export function describeExpected(
  { stored, count: files, arrived, missing }: ExpectedReport,
): string[] {
  const all = arrived.length + missing.length;
  const sums = [
    ...(files === undefined ? [] : [`stored ${stored} of ${files} files`]),
    ...(all === 0 ? [] : [`${arrived.length} of ${all} expected have come`]),
  ];
  return [
    sums.join(", "),
    ...arrived.map(({ pattern, hostname, storedName }) =>
      `came: ${quote(pattern)}, ${quote(storedName)} from ${hostname}`
    ),
    ...missing.map((pattern) => `missing: ${quote(pattern)}`),
  ].map((line) => `wotftp: ${line}`);
}
