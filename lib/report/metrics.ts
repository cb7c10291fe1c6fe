/**
 * What happened, in numbers: a fold over the events. Every label has a bounded
 * number of values, whoever sends what.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { plainAddress } from "../policy/address.ts";
import type { Counts } from "../protocol/counts.ts";
import type { Event, Report } from "./event.ts";

/** Where the histogram of an upload's time has its borders, seconds. */
export const SECONDS = [0.1, 1, 10, 60, 600] as const;
/** More reasons are counted as `other`: their texts can hold anything. */
export const MAX_REASONS = 32;
/** Of so many clients it is told when they last stored a file. */
export const MAX_CLIENTS = 256;

/** The numbers so far; `METRICS` says what they mean. */
export type Metrics = {
  bytes: number;
  stored: number;
  /** Seconds that stored files took in all. */
  seconds: number;
  /** Stored files by the first border that is not below their time. */
  readonly bySeconds: number[];
  requestsRepeated: number;
  repeatsIn: number;
  repeatsOut: number;
  /** By kind of failure. */
  readonly failed: Map<string, number>;
  /** By reason. */
  readonly refused: Map<string, number>;
  denied: number;
  unread: number;
  /** Seconds since 1970 by client; the latest at the end. */
  readonly lastStored: Map<string, number>;
};

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
    ...{ requestsRepeated: 0, repeatsIn: 0, repeatsOut: 0 },
    failed: new Map(),
    refused: new Map(),
    ...{ denied: 0, unread: 0 },
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
      foldCounts(metrics, event.counts);
      return foldStored(metrics, event, epochMs);
    case "failed":
      foldCounts(metrics, event.counts);
      return increase(metrics.failed, event.why.kind);
    case "refused":
      return increase(metrics.refused, reasonOf(metrics, event.reason));
    case "denied":
      metrics.denied++;
      return;
    case "unread":
      metrics.unread += event.requests;
  }
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

  /** The numbers so far. */
  get metrics(): Metrics {
    return this.#metrics;
  }
}

function foldCounts(
  metrics: Metrics,
  { requests, repeatsIn, repeatsOut }: Counts,
): void {
  metrics.requestsRepeated += requests;
  metrics.repeatsIn += repeatsIn;
  metrics.repeatsOut += repeatsOut;
}

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
