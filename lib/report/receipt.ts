/**
 * Receipts: one JSON object a line for every upload, for those who have to prove
 * later what came, from whom, and that it is still the same.
 *
 * @module
 */

import type { Option } from "../protocol/packet.ts";
import type { Failure } from "../protocol/transfer_state.ts";
import type { FieldName } from "./json_fields.ts";
import type { CountFields } from "./json_text.ts";

/**
 * What is written down about an upload; the names are stable, and those of the
 * log as JSON. What is `undefined` is left out.
 */
export interface Receipt extends CountFields {
  /** When it ended, RFC 3339 in UTC. */
  readonly time: string;
  /** Whether there is a file. */
  readonly verdict: "stored" | "failed";
  /** The client's address. */
  readonly client: string;
  /** The client's port. */
  readonly "client_port": number;
  /** The name the client asked for, each byte a character. */
  readonly name: string;
  /** The name the file has, if there is one. */
  readonly "stored_name"?: string | undefined;
  /** Bytes received. */
  readonly bytes: number;
  /** The SHA-256 of the stored file, in hexadecimal. */
  readonly sha256?: string | undefined;
  /** How long the upload took. */
  readonly seconds: number;
  /** The options that were asked for. */
  readonly "options_asked": Readonly<Record<string, string>>;
  /** The options that were granted. */
  readonly "options_granted": Readonly<Record<string, string>>;
  /** Why there is no file, in one word. */
  readonly failure?: Failure["kind"] | undefined;
  /** The same in words. */
  readonly reason?: string | undefined;
  /** What went wrong in storage. */
  readonly trouble?: string | undefined;
}

/** The names of all fields of a receipt. */
export const RECEIPT_FIELDS: readonly (keyof Receipt & FieldName)[] = [
  ...["time", "verdict", "client", "client_port", "name"] as const,
  ...["stored_name", "bytes", "sha256", "seconds"] as const,
  ...["options_asked", "options_granted"] as const,
  ...["blocks", "requests_repeated", "repeats_in", "repeats_out"] as const,
  ...["round_trip_ms", "failure", "reason", "trouble"] as const,
];

/** What a file of receipts holds. */
export interface Receipts {
  /** Those that can be read, in their order. */
  readonly receipts: readonly Receipt[];
  /** The numbers of lines that hold something else, from 1. */
  readonly strange: readonly number[];
  /** Whether the last line is cut off, as after a power failure. */
  readonly isTorn: boolean;
}

/** Writes options as an object; of those with the same name the first counts. */
export function optionsOf(
  options: readonly Option[],
): Record<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of options) {
    if (!values.has(name)) values.set(name, value);
  }
  return Object.fromEntries(values);
}

/**
 * Reads receipts.
 *
 * @param text What the file holds.
 */
export function readReceipts(text: string): Receipts {
  const lines = text.split("\n");
  // Every line ends with a line break, so nothing is behind the last one.
  const isTorn = lines.pop() !== "";
  const receipts: Receipt[] = [];
  const strange: number[] = [];
  for (const [i, line] of lines.entries()) {
    if (line === "") continue;
    const receipt = parse(line);
    if (receipt === undefined) strange.push(i + 1);
    else receipts.push(receipt);
  }
  return { receipts, strange, isTorn };
}

function parse(line: string): Receipt | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isReceipt(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value has what is needed to check a file. */
function isReceipt(value: unknown): value is Receipt {
  if (typeof value !== "object" || value === null) return false;
  const { verdict, stored_name: name, bytes, sha256 } = value as Partial<
    Record<keyof Receipt, unknown>
  >;
  return verdict === "failed" ||
    verdict === "stored" && typeof name === "string" &&
      typeof bytes === "number" && typeof sha256 === "string";
}
