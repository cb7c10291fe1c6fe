/**
 * What the JSON of the log and that of the receipts have in common.
 *
 * @module
 */

import type { Counts } from "../protocol/counts.ts";

/** The counts of an upload's packets, as they are written down. */
export interface CountFields {
  /** Blocks received in order. */
  readonly blocks: number;
  /** How often the client repeated its request. */
  readonly "requests_repeated": number;
  /** Blocks that came again or out of order. */
  readonly "repeats_in": number;
  /** Answers that were sent again. */
  readonly "repeats_out": number;
  /** The mean round trip, milliseconds; `undefined` before the first. */
  readonly "round_trip_ms": number | undefined;
}

/**
 * Writes a value in one line of printable ASCII, whatever a client sends.
 *
 * @param value Anything that JSON can hold.
 */
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
