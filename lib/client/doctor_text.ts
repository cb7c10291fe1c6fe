/**
 * What the doctor finds, as plain data, and every line it prints.
 *
 * @module
 */

import { Problem, textOf } from "../problem.ts";
import { count } from "../report/words.ts";
import type { UploadCommand } from "./doctor_commands.ts";

/** How good or bad something is. */
export type Verdict = "ok" | "warning" | "problem";

/** What was found somewhere. */
export interface Found {
  /** How it is. */
  readonly verdict: Verdict;
  /** The same in words. */
  readonly message: string;
  /** What leads out, or makes it better still. */
  readonly hint?: string | undefined;
}

/** Something that was looked at. */
export interface Finding extends Found {
  /** What it is, in a word or two. */
  readonly subject: string;
}

/** As wide as the longest verdict. */
const VERDICT_COLUMNS = "problem".length;

/** Tells one finding in one line. */
export function describeFinding(
  { verdict, subject, message, hint }: Finding,
): string {
  const head = `${verdict.padEnd(VERDICT_COLUMNS)}  ${subject}: ${message}`;
  return hint === undefined ? head : `${head}; hint: ${hint}`;
}

/** Sums up all that was found. */
export function describeAll(findings: readonly Finding[]): string {
  const sums = (["problem", "warning"] as const).map((verdict) => {
    const number = findings.filter((it) => it.verdict === verdict).length;
    return number === 0 ? `no ${verdict}s` : count(number, verdict);
  });
  return `${sums.join(", ")}; nothing was changed. What a firewall does to ` +
    "other machines cannot be seen from here.";
}

/** Says how bad the worst finding is. */
export function worstOf(findings: readonly Finding[]): Verdict {
  const has = (verdict: Verdict) =>
    findings.some((it) => it.verdict === verdict);
  return has("problem") ? "problem" : has("warning") ? "warning" : "ok";
}

/** What is found where something went wrong. */
export function problemOf(error: unknown): Found {
  const message = textOf(error);
  const hint = error instanceof Problem ? error.hint : undefined;
  return { verdict: "problem", message, hint };
}

/**
 * Tells how devices send to the server, a line each.
 *
 * @param where The server as people write it.
 */
export function describeCommands(
  where: string,
  commands: readonly UploadCommand[],
): string[] {
  const columns = Math.max(...commands.map(({ device }) => device.length));
  const lines = commands.flatMap(({ device, command, note }) => {
    const head = `  ${device.padEnd(columns)}  `;
    // A note has a line of its own: it is not to be copied.
    return command === undefined
      ? [`${head}(${note})`]
      : note === undefined
      ? [head + command]
      : [head + command, `${" ".repeat(head.length)}(${note})`];
  });
  return [`To upload to ${where}, with names of your own:`, ...lines];
}
