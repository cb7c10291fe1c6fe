/**
 * Receipts: one JSON object a line for every upload, for those who have to prove
 * later what came, from whom, and that it is still the same.
 *
 * @module
 */

import type { Option } from "../protocol/packet.ts";
import type { Failure } from "../protocol/transfer_state.ts";
import { COUNT_FIELDS, type FieldName } from "./json_fields.ts";
import type { CountFields } from "./json_text.ts";

/**
 * What is written down about an upload; the names are stable, and those of the
 * log as JSON: `FIELD_MEANINGS` says what they mean. What is `undefined` is left
 * out.
 */
export type Receipt = CountFields & {
  readonly time: string;
  readonly verdict: "stored" | "failed";
  readonly client: string;
  readonly "client_port": number;
  /** Each byte is a character. */
  readonly name: string;
  readonly "stored_name"?: string | undefined;
  readonly bytes: number;
  readonly sha256?: string | undefined;
  readonly seconds: number;
  readonly "options_asked": Readonly<Record<string, string>>;
  readonly "options_granted": Readonly<Record<string, string>>;
  readonly failure?: Failure["kind"] | undefined;
  readonly reason?: string | undefined;
  readonly trouble?: string | undefined;
};

/** The names of all fields of a receipt. */
export const RECEIPT_FIELDS: readonly (keyof Receipt & FieldName)[] = [
  ...["time", "verdict", "client", "client_port", "name"] as const,
  ...["stored_name", "bytes", "sha256", "seconds"] as const,
  ...["options_asked", "options_granted", ...COUNT_FIELDS] as const,
  ...["failure", "reason", "trouble"] as const,
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

/** Reads what a file of receipts holds. */
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
