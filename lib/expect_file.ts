/**
 * The file that names whose uploads are waited for.
 *
 * @module
 */

import type { WaitOrder } from "./orders.ts";
import {
  parsePatterns,
  type Pattern,
  type Waiting,
} from "./policy/expected.ts";
import { Problem, textOf } from "./problem.ts";

/**
 * Finds out what is waited for.
 *
 * @param order What the command line says.
 * @returns `undefined` for nothing.
 * @throws {Problem} If there is no such file, or a line of it means nobody.
 */
export async function readWaiting(
  { count, expectFile, withinMs }: WaitOrder,
): Promise<Waiting | undefined> {
  if (count === undefined && expectFile === undefined) return undefined;
  const patterns = expectFile === undefined
    ? []
    : await readPatterns(expectFile);
  return { expectation: { count, patterns }, withinMs };
}

async function readPatterns(path: string): Promise<readonly Pattern[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new Problem(
      `cannot read whom to expect from "${path}": ${reasonOf(error)}`,
      "--expect wants a file with a name, an address or a range a line",
      { cause: error },
    );
  }
  const patterns = parsePatterns(text);
  if (typeof patterns !== "string") return patterns;
  throw new Problem(
    `cannot tell whom to expect from "${path}": ${patterns}`,
    "write a name such as sw*.cfg, an address or a range a line",
  );
}

function reasonOf(error: unknown): string {
  const { NotCapable, NotFound, PermissionDenied } = Deno.errors;
  if (error instanceof NotFound) return "it does not exist";
  if (error instanceof PermissionDenied) return "permission denied";
  if (error instanceof NotCapable) return "Deno may not read it";
  return textOf(error);
}
