/**
 * The table of the README: what was measured, as Markdown.
 *
 * @module
 */

import type { Contestant } from "./contestant.ts";
import type { Measured } from "./session.ts";
import { PATIENCE_SECONDS, type Result, type Work } from "./work.ts";

/** Where there is nothing to compare. */
const NOTHING = "-";

/**
 * The names of the columns.
 *
 * @param contestants Who is compared.
 */
export function headOf(contestants: readonly Contestant[]): string[] {
  const names = contestants.map(({ name }) => name);
  return ["work", ...names, "to best peer", "no fsync to it", "to floor"];
}

/**
 * The row of a work: medians, and how they compare.
 *
 * @param work The work.
 * @param contestants Who is compared.
 * @param measured What was measured, at best as often as `runs`.
 */
export function workRow(
  work: Work,
  contestants: readonly Contestant[],
  { results, runs }: {
    readonly results: Measured<Result>;
    readonly runs: number;
  },
): string[] {
  const fastest = (role: Contestant["role"]) =>
    Math.max(
      ...contestants.filter((it) => it.role === role).map((it) =>
        speedOf(results.get(it) ?? [])
      ),
    );
  const best = fastest("peer");
  const cells = contestants.map((contestant) => {
    const all = results.get(contestant) ?? [];
    if (all.length === 0) return NOTHING;
    const isCutShort = all.length < runs;
    const few = all.length === 1 ? "1 run" : `${all.length} runs`;
    return isCutShort ? `${cellOf(work, all)} (${few})` : cellOf(work, all);
  });
  return [
    `${work.name}: ${work.what}`,
    ...cells,
    ratio(fastest("own"), best),
    ratio(fastest("unsynced"), best),
    ratio(fastest("own"), fastest("floor")),
  ];
}

/**
 * A row of plain numbers. They get no ratios: less of them is better.
 *
 * @param title What was measured.
 * @param contestants Who is compared.
 * @param measured What was measured, and its unit.
 */
export function plainRow(
  title: string,
  contestants: readonly Contestant[],
  { results, unit }: {
    readonly results: Measured<number>;
    readonly unit: string;
  },
): string[] {
  const cells = contestants.map((contestant) => {
    const value = median(results.get(contestant) ?? []);
    return Number.isNaN(value) ? NOTHING : `${value.toFixed(0)} ${unit}`;
  });
  return [title, ...cells, NOTHING, NOTHING, NOTHING];
}

/**
 * Lays out a table, the first column to the left and numbers to the right, as
 * `deno fmt` would.
 *
 * @param head The names of the columns.
 * @param rows The rows, each as long as the head.
 */
export function layOut(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((name, column) =>
    Math.max(3, name.length, ...rows.map((row) => row[column]?.length ?? 0))
  );
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const pad = (row: readonly string[]) =>
    widths.map((width, column) => {
      const cell = row[column] ?? "";
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
  );
  return [head, ...rows].map(pad).toSpliced(1, 0, rule).map(line).join("\n");
}

function cellOf(work: Work, all: readonly Result[]): string {
  if (all.every(({ isGivenUp }) => isGivenUp)) {
    return `not in ${PATIENCE_SECONDS} s`;
  }
  const failed = all.reduce((sum, it) => sum + it.failed, 0);
  const parts = [`${speedOf(all).toFixed(1)} MB/s`];
  if (work.atOnce > 1) {
    const p99 = Math.round(median(all.map((it) => it.p99Ms)));
    const repeats = Math.round(median(all.map((it) => it.repeats)));
    parts.push(`p99 ${p99} ms`, `${repeats} repeats`);
  }
  if (failed > 0) {
    parts.push(`${failed} of ${work.uploads * all.length} failed`);
  }
  return parts.join(", ");
}

function speedOf(all: readonly Result[]): number {
  return median(all.map((it) => it.megabytesPerSecond)) || 0;
}

function ratio(speed: number, other: number): string {
  const value = speed / other;
  return other > 0 && Number.isFinite(value) ? value.toFixed(2) : NOTHING;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return (lower + upper) / 2;
}
