/**
 * What happened, in numbers: a fold over the events, and its form for Prometheus.
 * Every label has a bounded number of values, whoever sends what.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { plainAddress } from "../policy/address.ts";
import type { Event, Report } from "./event.ts";

/** Where the histogram of an upload's time has its borders, seconds. */
const SECONDS = [0.1, 1, 10, 60, 600] as const;
/** More reasons are counted as `other`: their texts can hold anything. */
const MAX_REASONS = 32;
/** Of so many clients it is told when they last stored a file. */
const MAX_CLIENTS = 256;

/** The numbers so far. */
export interface Metrics {
  /** Bytes stored. */
  bytes: number;
  /** Files stored, and the sum of the seconds they took. */
  stored: number;
  /** Seconds that stored files took in all. */
  seconds: number;
  /** Stored files by the first border that is not below their time. */
  readonly bySeconds: number[];
  /** Uploads that failed, by kind of failure. */
  readonly failed: Map<string, number>;
  /** Requests that were refused, by reason. */
  readonly refused: Map<string, number>;
  /** Requests from addresses that are not served. */
  denied: number;
  /** When a client last stored a file, seconds since 1970; the latest at the end. */
  readonly lastStored: Map<string, number>;
}

/** What is measured at the moment of asking. */
export interface Gauges {
  /** Uploads under way. */
  readonly uploads: number;
  /** Of these, such as have not sent a block. */
  readonly halfOpen: number;
  /** Bytes that may still be written; `undefined` if nobody knows. */
  readonly freeBytes: number | undefined;
  /** Memory that buffers take up, bytes. */
  readonly bufferBytes: number;
}

/** Nothing has happened. */
export function emptyMetrics(): Metrics {
  return {
    bytes: 0,
    stored: 0,
    seconds: 0,
    bySeconds: SECONDS.map(() => 0),
    failed: new Map(),
    refused: new Map(),
    denied: 0,
    lastStored: new Map(),
  };
}

/**
 * Takes in an event.
 *
 * @param metrics The numbers so far; updated.
 * @param epochMs When, milliseconds since 1970.
 */
export function foldMetrics(
  metrics: Metrics,
  event: Event,
  epochMs: number,
): void {
  switch (event.kind) {
    case "stored":
      return foldStored(metrics, event, epochMs);
    case "failed":
      return increase(metrics.failed, event.why.kind);
    case "refused":
      return increase(metrics.refused, reasonOf(metrics, event.reason));
    case "denied":
      metrics.denied++;
  }
}

/**
 * Writes the numbers in Prometheus' text format, version 0.0.4.
 *
 * @param metrics The numbers so far.
 * @param gauges What is measured now.
 */
export function renderMetrics(metrics: Metrics, gauges: Gauges): string {
  const { uploads, halfOpen, freeBytes, bufferBytes } = gauges;
  const one = (value: number): Sample[] => [["", value]];
  return [
    write("uploads_stored_total", "counter", "Files stored.", [
      ["", metrics.stored],
    ]),
    write(
      "uploads_failed_total",
      "counter",
      "Uploads that ended without a file, by reason.",
      labelled("reason", metrics.failed),
    ),
    write(
      "requests_refused_total",
      "counter",
      "Requests answered with an error, by reason.",
      labelled("reason", metrics.refused),
    ),
    write(
      "requests_denied_total",
      "counter",
      "Requests from addresses that are not served.",
      one(metrics.denied),
    ),
    write(
      "stored_bytes_total",
      "counter",
      "Bytes of stored files.",
      one(metrics.bytes),
    ),
    write(
      "upload_seconds",
      "histogram",
      "How long stored files took.",
      histogram(metrics),
    ),
    write("uploads_active", "gauge", "Uploads under way.", one(uploads)),
    write(
      "uploads_half_open",
      "gauge",
      "Of these, such as have not sent a block.",
      one(halfOpen),
    ),
    write(
      "buffer_bytes",
      "gauge",
      "Memory for the data of running uploads.",
      one(bufferBytes),
    ),
    write(
      "free_bytes",
      "gauge",
      "Bytes that may be written before the disk is as full as it may get.",
      freeBytes === undefined ? [] : one(freeBytes),
    ),
    write(
      "last_stored_timestamp_seconds",
      "gauge",
      "When a client last stored a file.",
      labelled("client", metrics.lastStored),
    ),
  ].join("");
}

/** A report that counts what it hands on. */
export class MetricsReport implements Report {
  readonly packets: boolean;
  readonly #report: Report;
  readonly #clock: Clock;
  readonly #metrics = emptyMetrics();

  /** Makes one before another. */
  constructor(report: Report, clock: Clock) {
    this.packets = report.packets;
    this.#report = report;
    this.#clock = clock;
  }

  /** Takes one event. */
  add(event: Event): void {
    foldMetrics(this.#metrics, event, this.#clock.epoch());
    this.#report.add(event);
  }

  /** Writes the numbers. */
  render(gauges: Gauges): string {
    return renderMetrics(this.#metrics, gauges);
  }
}

/** What comes behind the name, and the value. */
type Sample = readonly [suffix: string, value: number];

function foldStored(
  metrics: Metrics,
  { bytes, peer, seconds }: Extract<Event, { kind: "stored" }>,
  epochMs: number,
): void {
  metrics.stored++;
  metrics.bytes += bytes;
  metrics.seconds += seconds;
  const border = SECONDS.findIndex((it) => seconds <= it);
  if (border >= 0) {
    metrics.bySeconds[border] = (metrics.bySeconds[border] ?? 0) + 1;
  }
  const { lastStored } = metrics;
  const client = plainAddress(peer.hostname);
  // Deleted first, so that the map is in the order of time.
  lastStored.delete(client);
  lastStored.set(client, Math.floor(epochMs / 1_000));
  if (lastStored.size <= MAX_CLIENTS) return;
  const [oldest] = lastStored.keys();
  if (oldest !== undefined) lastStored.delete(oldest);
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Without the numbers in it, for these are different every time. */
function reasonOf({ refused }: Metrics, reason: string): string {
  const name = reason.replace(/[0-9]+/g, "N");
  return refused.has(name) || refused.size < MAX_REASONS ? name : "other";
}

function histogram({ bySeconds, seconds, stored }: Metrics): Sample[] {
  let sum = 0;
  const buckets = SECONDS.map((border, i): Sample => {
    sum += bySeconds[i] ?? 0;
    return [`_bucket{le="${border}"}`, sum];
  });
  return [
    ...buckets,
    ['_bucket{le="+Inf"}', stored],
    ["_sum", seconds],
    ["_count", stored],
  ];
}

function labelled(label: string, values: Map<string, number>): Sample[] {
  return [...values].map(([name, value]) => [
    `{${label}="${name.replace(/["\\\n]/g, "\\$&")}"}`,
    value,
  ]);
}

function write(
  name: string,
  type: "counter" | "gauge" | "histogram",
  help: string,
  samples: readonly Sample[],
): string {
  const head = `# HELP wotftp_${name} ${help}\n# TYPE wotftp_${name} ${type}\n`;
  return head +
    samples.map(([suffix, value]) => `wotftp_${name}${suffix} ${value}\n`)
      .join("");
}
