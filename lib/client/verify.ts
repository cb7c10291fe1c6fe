/**
 * Holds what lies in the upload directory against the receipts: what is missing,
 * what is not what came, and what came without a receipt.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "@std/path";
import { Problem, textOf } from "../problem.ts";
import { readReceipts, type Receipt } from "../report/receipt.ts";

/** What is wrong, or worth a word. */
export type Finding =
  | { readonly kind: "missing"; readonly name: string }
  | {
    readonly kind: "changed";
    readonly name: string;
    /** How it differs from what came. */
    readonly how: string;
  }
  | { readonly kind: "unlisted"; readonly name: string }
  /** A line of the file that is no receipt. */
  | { readonly kind: "strange"; readonly line: number }
  /** The last line is cut off; the upload it was about was not acknowledged. */
  | { readonly kind: "torn" };

/** How it went. */
export interface Verification {
  /** Files that are as they came. */
  readonly intact: number;
  /** All that is not. */
  readonly findings: readonly Finding[];
}

/**
 * Verifies a directory.
 *
 * @param receiptsPath The file of receipts; a rotated part of it will do too.
 * @throws {Problem} If one of them cannot be read.
 */
export async function verify(
  receiptsPath: string,
  directory: string,
): Promise<Verification> {
  const text = await Deno.readTextFile(receiptsPath).catch((error) => {
    throw unreadable(receiptsPath, error);
  });
  const { receipts, strange, isTorn } = readReceipts(text);
  const findings = strange.map((line): Finding => ({ kind: "strange", line }));
  if (isTorn) findings.push({ kind: "torn" });
  let intact = 0;
  const latest = latestByName(receipts);
  for (const [name, receipt] of latest) {
    const finding = await check(directory, name, receipt);
    if (finding === undefined) intact++;
    else findings.push(finding);
  }
  // Where no name has directories, those that are there are none of ours.
  const isDeep = [...latest.keys()].some((name) => name.includes("/"));
  for (const name of await namesIn(directory, isDeep)) {
    if (!latest.has(name)) findings.push({ kind: "unlisted", name });
  }
  return { intact, findings };
}

/** Whether a finding says that a file is not as it came. */
export function isSerious({ kind }: Finding): boolean {
  // What was cut off by a power failure was not acknowledged.
  return kind !== "torn";
}

/** Puts a finding into words. */
export function describeFinding(finding: Finding): string {
  switch (finding.kind) {
    case "missing":
      return `missing: "${finding.name}"`;
    case "changed":
      return `changed: "${finding.name}" has ${finding.how}`;
    case "unlisted":
      return `unlisted: "${finding.name}" has no receipt`;
    case "strange":
      return `line ${finding.line} is no receipt`;
    case "torn":
      return "the last line is cut off, as after a power failure";
  }
}

/** A file that was replaced is what the last receipt says. */
function latestByName(receipts: readonly Receipt[]): Map<string, Receipt> {
  const latest = new Map<string, Receipt>();
  for (const receipt of receipts) {
    const { stored_name: name } = receipt;
    if (name !== undefined) latest.set(name, receipt);
  }
  return latest;
}

async function check(
  directory: string,
  name: string,
  { bytes, sha256 }: Receipt,
): Promise<Finding | undefined> {
  const path = join(directory, name);
  let found: { readonly bytes: number; readonly sha256: string };
  try {
    found = await hashOf(path);
  } catch (error) {
    // Where a directory was there may be a file by now.
    const { NotADirectory, NotFound } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) {
      return { kind: "missing", name };
    }
    throw unreadable(path, error);
  }
  // Not the size: text with its line ends converted has another one.
  if (found.sha256 === sha256) return undefined;
  const how = found.bytes === bytes
    ? "other contents of the same size"
    : `${found.bytes} bytes instead of ${bytes}`;
  return { kind: "changed", name, how };
}

async function hashOf(
  path: string,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  using file = await Deno.open(path);
  const buffer = new Uint8Array(256 * 1024);
  while (true) {
    const read = await file.read(buffer);
    if (read === null) return { bytes, sha256: hash.digest("hex") };
    hash.update(buffer.subarray(0, read));
    bytes += read;
  }
}

/** All names in a directory; `isDeep`: those in directories below as well. */
async function namesIn(directory: string, isDeep: boolean): Promise<string[]> {
  try {
    return (await Array.fromAsync(filesIn(directory, "", isDeep))).sort();
  } catch (error) {
    throw unreadable(directory, error);
  }
}

async function* filesIn(
  directory: string,
  below: string,
  isDeep: boolean,
): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(join(directory, below))) {
    // The server's own files, and others that no client can ask for.
    if (entry.name.startsWith(".")) continue;
    const name = `${below}${entry.name}`;
    if (entry.isFile) yield name;
    else if (entry.isDirectory && isDeep) {
      yield* filesIn(directory, `${name}/`, isDeep);
    }
  }
}

function unreadable(path: string, error: unknown): Problem {
  const reason = error instanceof Deno.errors.NotFound
    ? "it does not exist"
    : textOf(error);
  return new Problem(
    `cannot read "${path}": ${reason}`,
    "check --receipts and --dir",
    { cause: error },
  );
}
