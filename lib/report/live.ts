/**
 * What a terminal shows of the running uploads: a fold over the events, and its
 * layout.
 *
 * @module
 */

import { keyOf, plainAddress } from "../policy/address.ts";
import type { Event } from "./event.ts";
import { clockText, quote, sizeOf } from "./words.ts";

/** An upload that has sent a block. */
export interface Running {
  /** The name it asked for. */
  readonly filename: string;
  /** Its client's address. */
  readonly hostname: string;
  /** The announced size, bytes. */
  readonly size: number | undefined;
  /** Bytes received. */
  bytes: number;
  /** When that was told last, milliseconds of any steady clock. */
  toldAt: number;
  /** The same, as the rate was last taken. */
  sampledBytes: number;
  /** When that was. */
  sampledAt: number;
  /** How fast it has been of late, bytes a second. */
  rate: number | undefined;
}

/** The running uploads by client, the oldest first. */
export type Uploads = Map<string, Running>;

/** The size of a terminal. */
export interface TerminalSize {
  /** Its width. */
  readonly columns: number;
  /** Its height. */
  readonly rows: number;
}

/** The rate is that of about so long. */
const SMOOTH_MS = 3_000;
/** Two that come closer together say nothing about the rate. */
const MIN_SAMPLE_MS = 100;
/** Whoever sends nothing for so long waits for something. */
const WAITS_MS = 2_000;
/** More lines would leave too little of the log, as would half of a screen. */
const MAX_LINES = 10;
/** A narrower terminal shows nothing. */
const MIN_COLUMNS = 20;
/** A name is not cut below this while there is something else to leave out. */
const NAME_WIDTH = 20;
const GAP = "  ";

/**
 * Takes in an event.
 *
 * @param uploads The running uploads; updated.
 */
export function foldLive(uploads: Uploads, event: Event, now: number): void {
  switch (event.kind) {
    case "proven": {
      const { peer, filename, tsize: size } = event;
      uploads.set(keyOf(peer), {
        ...{ filename, hostname: plainAddress(peer.hostname), size },
        ...{ bytes: 0, toldAt: now, rate: undefined },
        ...{ sampledBytes: 0, sampledAt: now },
      });
      return;
    }
    case "progress": {
      const upload = uploads.get(keyOf(event.peer));
      if (upload !== undefined) measure(upload, event.bytes, now);
      return;
    }
    case "stored":
    case "failed":
      uploads.delete(keyOf(event.peer));
  }
}

/**
 * Lays out the running uploads.
 *
 * @returns Lines that fit the terminal; none if there is nothing to show.
 */
export function layoutLive(
  uploads: Uploads,
  { columns, rows }: TerminalSize,
  now: number,
): string[] {
  if (uploads.size === 0 || columns < MIN_COLUMNS) return [];
  const height = Math.max(1, Math.min(MAX_LINES, Math.floor(rows / 2)));
  const isFolded = uploads.size > height;
  const all = [...uploads.values()];
  const shown = isFolded ? all.slice(0, height - 1) : all;
  // In the last column some terminals go on to the next line.
  const width = columns - 1;
  const lines = align(shown.map((it) => cellsOf(it, now)), width);
  if (isFolded) lines.push(sumUp(all.slice(shown.length), all.length, now));
  return lines.map((line) => line.slice(0, width));
}

function measure(upload: Running, bytes: number, now: number): void {
  upload.bytes = bytes;
  upload.toldAt = now;
  const elapsed = now - upload.sampledAt;
  if (elapsed < MIN_SAMPLE_MS) return;
  const sample = (bytes - upload.sampledBytes) * 1_000 / elapsed;
  const { rate = sample } = upload;
  const weight = 1 - Math.exp(-elapsed / SMOOTH_MS);
  upload.rate = rate + (sample - rate) * weight;
  upload.sampledBytes = bytes;
  upload.sampledAt = now;
}

const COLUMNS = ["client", "bytes", "share", "rate", "left"] as const;
type Column = (typeof COLUMNS)[number];
type Cells = Readonly<Record<"name" | Column, string>>;

/** What is left out first where a line is narrow. */
const LEFT_OUT: readonly Column[] = [
  "client",
  "left",
  "rate",
  "bytes",
  "share",
];

function cellsOf(upload: Running, now: number): Cells {
  const { filename, hostname, size, bytes, toldAt, rate } = upload;
  const waitedMs = now - toldAt;
  const isGoing = waitedMs < WAITS_MS;
  const seconds = size === undefined || !rate || !isGoing
    ? undefined
    : Math.max(0, size - bytes) / rate;
  return {
    name: quote(filename),
    client: hostname,
    bytes: sizeOf(bytes),
    share: size === undefined
      ? ""
      : `${Math.min(100, Math.floor(bytes * 100 / Math.max(size, 1)))}%`,
    rate: !isGoing
      ? `waits ${clockText(waitedMs / 1_000)}`
      : rate === undefined
      ? ""
      : `${sizeOf(rate)}/s`,
    left: seconds === undefined ? "" : `${clockText(seconds)} left`,
  };
}

function align(lines: readonly Cells[], width: number): string[] {
  const widthOf = (key: keyof Cells) =>
    Math.max(0, ...lines.map((cells) => cells[key].length));
  const kept = new Set<Column>(COLUMNS.filter((it) => widthOf(it) > 0));
  const room = () =>
    [...kept].reduce((sum, it) => sum - widthOf(it) - GAP.length, width) -
    GAP.length;
  const wanted = Math.min(widthOf("name"), NAME_WIDTH);
  for (const column of LEFT_OUT) {
    if (room() < wanted) kept.delete(column);
  }
  const nameWidth = Math.min(widthOf("name"), room());
  return lines.map((cells) => {
    const others = [...kept].map((it) =>
      it === "client"
        ? cells[it].padEnd(widthOf(it))
        : cells[it].padStart(widthOf(it))
    );
    const name = shorten(cells.name, nameWidth).padEnd(nameWidth);
    return `${GAP}${[name, ...others].join(GAP)}`.trimEnd();
  });
}

function shorten(text: string, width: number): string {
  return text.length <= width
    ? text
    : `${text.slice(0, Math.max(0, width - 3))}...`;
}

function sumUp(rest: readonly Running[], all: number, now: number): string {
  const bytes = rest.reduce((sum, it) => sum + it.bytes, 0);
  const rate = rest.filter(({ toldAt }) => now - toldAt < WAITS_MS)
    .reduce((sum, it) => sum + (it.rate ?? 0), 0);
  const what = rest.length === all
    ? `${all} uploads`
    : `and ${rest.length} more`;
  return `${GAP}${what}: ${sizeOf(bytes)}, ${sizeOf(rate)}/s`;
}
