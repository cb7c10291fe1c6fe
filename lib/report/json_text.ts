/**
 * What the JSON of the log and that of the receipts have in common.
 *
 * @module
 */

import type { Counts } from "../protocol/counts.ts";
import type { COUNT_FIELDS } from "./json_fields.ts";

/** The counts of an upload's packets, as they are written down. */
export type CountFields = Readonly<
  Record<(typeof COUNT_FIELDS)[number], number | undefined>
>;

/** Writes a value in one line of printable ASCII, whatever a client sends. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, escape);
}

/** Names counts. */
export function countFields(counts: Counts): CountFields {
  const { roundTripMs } = counts;
  return {
    blocks: counts.blocks,
    requests_repeated: counts.requests,
    repeats_in: counts.repeatsIn,
    repeats_out: counts.repeatsOut,
    round_trip_ms: roundTripMs === undefined ? undefined : rounded(roundTripMs),
  };
}

/** A number with three decimals at most. */
export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
