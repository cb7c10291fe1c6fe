/**
 * What the doctor finds, as plain data, and every line it prints.
 *
 * @module
 */

import { Problem } from "../problem.ts";
import type { UploadCommand } from "./doctor_commands.ts";

/** How good or bad something is. */
export type Verdict = "ok" | "warning" | "problem";

/** Something that was looked at. */
export interface Finding {
  /** How it is. */
  readonly verdict: Verdict;
  /** What was looked at, in a word or two. */
  readonly subject: string;
  /** What was found. */
  readonly message: string;
  /** What leads out, or makes it better still. */
  readonly hint?: string | undefined;
}

/** As wide as the longest verdict. */
const VERDICT_COLUMNS = "problem".length;

/**
 * Tells one finding in one line.
 *
 * @param finding What was found.
 */
export function describeFinding(
  { verdict, subject, message, hint }: Finding,
): string {
  const head = `${verdict.padEnd(VERDICT_COLUMNS)}  ${subject}: ${message}`;
  return hint === undefined ? head : `${head}; hint: ${hint}`;
}

/**
 * Sums up.
 *
 * @param findings All that was found.
 */
export function describeAll(findings: readonly Finding[]): string {
  const count = (verdict: Verdict) =>
    findings.filter((it) => it.verdict === verdict).length;
  const found = [
    numberOf(count("problem"), "problem"),
    numberOf(count("warning"), "warning"),
  ].join(", ");
  return `${found}; nothing was changed. What a firewall does to other ` +
    "machines cannot be seen from here.";
}

/**
 * Says how bad the worst finding is.
 *
 * @param findings All that was found.
 */
export function worstOf(findings: readonly Finding[]): Verdict {
  const has = (verdict: Verdict) =>
    findings.some((it) => it.verdict === verdict);
  return has("problem") ? "problem" : has("warning") ? "warning" : "ok";
}

/**
 * Makes a finding of something that went wrong.
 *
 * @param subject What was looked at.
 */
export function findingOf(subject: string, error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof Problem ? error.hint : undefined;
  return { verdict: "problem", subject, message, hint };
}

/**
 * Tells how devices send to the server, a line each.
 *
 * @param where The server as people write it.
 * @param commands The commands.
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

function numberOf(count: number, what: string): string {
  return count === 0
    ? `no ${what}s`
    : count === 1
    ? `1 ${what}`
    : `${count} ${what}s`;
}
