/**
 * Receipts: one JSON object a line for every upload, for those who have to prove
 * later what came, from whom, and that it is still the same.
 *
 * @module
 */

import type { Option } from "../protocol/packet.ts";

/** What is written down about an upload; the field names are stable. */
export interface Receipt {
  /** When it ended, RFC 3339 in UTC. */
  readonly time: string;
  /** Whether there is a file. */
  readonly verdict: "stored" | "failed";
  /** The client's address. */
  readonly client: string;
  /** The client's port. */
  readonly port: number;
  /** The name the client asked for, each byte a character. */
  readonly asked: string;
  /** The name the file has; `null` if there is none. */
  readonly stored: string | null;
  /** Bytes received. */
  readonly bytes: number;
  /** The SHA-256 of the stored file, in hexadecimal; `null` if there is none. */
  readonly sha256: string | null;
  /** How long the upload took. */
  readonly seconds: number;
  /** The options that were granted. */
  readonly options: Readonly<Record<string, string>>;
  /** Blocks received in order. */
  readonly blocks: number;
  /** Why there is no file; `null` if there is one. */
  readonly reason: string | null;
}

/** What a file of receipts holds. */
export interface Receipts {
  /** Those that can be read, in their order. */
  readonly receipts: readonly Receipt[];
  /** The numbers of lines that hold something else, from 1. */
  readonly strange: readonly number[];
  /** Whether the last line is cut off, as after a power failure. */
  readonly isTorn: boolean;
}

/** Writes options as an object. */
export function optionsOf(
  options: readonly Option[],
): Record<string, string> {
  return Object.fromEntries(options.map(({ name, value }) => [name, value]));
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
  const { verdict, stored, bytes, sha256 } = value as Partial<
    Record<keyof Receipt, unknown>
  >;
  return verdict === "failed" ||
    verdict === "stored" && typeof stored === "string" &&
      typeof bytes === "number" && typeof sha256 === "string";
}
