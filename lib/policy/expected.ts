/**
 * Uploads that are waited for: so many files, or these clients and names. The
 * state is a fold over what was stored.
 *
 * @module
 */

import { type AddressRange, isInRanges, parseRange } from "./range.ts";

/** One line of the list: who, or what, has to come. */
export type Pattern =
  /** An upload from one of these addresses. */
  | { readonly kind: "address"; readonly range: AddressRange }
  /** An upload whose name, asked for or stored, is this; `*` and `?` stand for any. */
  | { readonly kind: "name"; readonly glob: string };

/** What is waited for. */
export interface Expectation {
  /** How many files; `undefined` for any number. */
  readonly count: number | undefined;
  /** Who and what has to come, in any order. */
  readonly patterns: readonly Pattern[];
}

/** A server that waits, and ends when all has come. */
export interface Waiting {
  /** What is waited for. */
  readonly expectation: Expectation;
  /** How long, milliseconds; `undefined` for ever. */
  readonly withinMs: number | undefined;
}

/** An upload that was stored, as far as that is concerned. */
export interface StoredUpload {
  /** The client's address. */
  readonly hostname: string;
  /** The name it asked for. */
  readonly filename: string;
  /** The name it got. */
  readonly storedName: string;
}

/** A pattern, and the first upload that it is about. */
export interface Arrived extends Omit<StoredUpload, "filename"> {
  /** The pattern as it was written. */
  readonly pattern: string;
}

/** How far it is. */
export interface Expected {
  /** What is waited for. */
  readonly expectation: Expectation;
  /** Files stored so far. */
  readonly stored: number;
  /** What came of the list. */
  readonly arrived: readonly Arrived[];
  /** What did not come yet. */
  readonly missing: readonly Pattern[];
}

/** What is told at the end. */
export interface ExpectedReport
  extends Pick<Expectation, "count">, Pick<Expected, "stored" | "arrived"> {
  /** Who and what of the list did not come, as it was written. */
  readonly missing: readonly string[];
}

/**
 * Reads a list of who and what has to come.
 *
 * @param text An address, a range of addresses or a name a line; `*` and `?` in a
 * name stand for any characters. Empty lines and those that begin with `#` mean
 * nothing.
 * @returns The patterns, each once, or what is wrong with a line.
 */
export function parsePatterns(text: string): readonly Pattern[] | string {
  const patterns = new Map<string, Pattern>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const pattern = parsePattern(trimmed);
    if (typeof pattern === "string") {
      return `line ${i + 1}, "${trimmed}": ${pattern}`;
    }
    patterns.set(textOf(pattern), pattern);
  }
  return patterns.size === 0 ? "no line names anybody" : [...patterns.values()];
}

/** Begins to wait. */
export function awaitUploads(expectation: Expectation): Expected {
  const { patterns } = expectation;
  return { expectation, stored: 0, arrived: [], missing: patterns };
}

/** Takes in an upload that was stored. It counts for every line it is about. */
export function foldStored(expected: Expected, upload: StoredUpload): Expected {
  const { hostname, storedName } = upload;
  const { met = [], missing = [] } = Object.groupBy(
    expected.missing,
    (it) => isAbout(it, upload) ? "met" : "missing",
  );
  const arrived = met
    .map((it) => ({ pattern: textOf(it), hostname, storedName }));
  return {
    ...{ ...expected, missing, stored: expected.stored + 1 },
    arrived: [...expected.arrived, ...arrived],
  };
}

/** Whether all that was waited for has come. */
export function isComplete(
  { expectation: { count = 0 }, stored, missing }: Expected,
): boolean {
  return stored >= count && missing.length === 0;
}

/** Sums it up. */
export function reportOf(
  { expectation: { count }, stored, arrived, missing }: Expected,
): ExpectedReport {
  return { stored, count, arrived, missing: missing.map(textOf) };
}

function parsePattern(text: string): Pattern | string {
  // No stored name has a colon, and nobody means a name by four numbers.
  const isAddress = text.includes(":") ||
    /^[0-9]+(\.[0-9]+){3}(\/.*)?$/.test(text);
  if (!isAddress) return { kind: "name", glob: text };
  const range = parseRange(text);
  return typeof range === "string" ? range : { kind: "address", range };
}

function textOf(pattern: Pattern): string {
  return pattern.kind === "address" ? pattern.range.text : pattern.glob;
}

function isAbout(
  pattern: Pattern,
  { hostname, filename, storedName }: StoredUpload,
): boolean {
  return pattern.kind === "address"
    ? isInRanges(hostname, [pattern.range])
    : matches(pattern.glob, filename) || matches(pattern.glob, storedName);
}

/** Goes back to the last `*` only, so it takes no longer than one by the other. */
function matches(glob: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let afterStar = 0;
  for (let i = 0; i < name.length;) {
    if (glob[at] === "*") {
      star = at++;
      afterStar = i;
    } else if (glob[at] === "?" || glob[at] === name[i]) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++afterStar;
    } else return false;
  }
  while (glob[at] === "*") at++;
  return at === glob.length;
}
