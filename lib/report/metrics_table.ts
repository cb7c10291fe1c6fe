/**
 * The numbers that Prometheus is told, and its form for them.
 *
 * @module
 */

import {
  type Gauges,
  MAX_CLIENTS,
  MAX_REASONS,
  type Metrics,
  SECONDS,
} from "./metrics.ts";

/** A number, or one for each value of a label. */
export interface Metric {
  /** Its name, behind {@linkcode PREFIX}. */
  readonly name: string;
  /** How Prometheus is to take it. */
  readonly type: "counter" | "gauge" | "histogram";
  /** What it means. */
  readonly help: string;
  /** The name of its label, if it has one. */
  readonly label?: string;
  /** Reads it; `undefined` if nobody knows. */
  read(metrics: Metrics, gauges: Gauges): Reading;
}

/** What a metric reads: the last three are a number, by label, a histogram. */
export type Reading =
  | undefined
  | number
  | ReadonlyMap<string, number>
  | Pick<Metrics, "bySeconds" | "seconds" | "stored">;

/** What all names begin with. */
export const PREFIX = "wotftp_";

/** All of them, in the order they are told. */
export const METRICS: readonly Metric[] = [
  {
    name: "uploads_stored_total",
    type: "counter",
    help: "Files stored",
    read: ({ stored }) => stored,
  },
  {
    name: "uploads_failed_total",
    type: "counter",
    help: "Uploads that ended without a file",
    label: "failure",
    read: ({ failed }) => failed,
  },
  {
    name: "requests_refused_total",
    type: "counter",
    help: `Requests refused, for ${MAX_REASONS} reasons and other`,
    label: "reason",
    read: ({ refused }) => refused,
  },
  {
    name: "requests_denied_total",
    type: "counter",
    help: "Requests from addresses that are not served",
    read: ({ denied }) => denied,
  },
  {
    name: "requests_unread_total",
    type: "counter",
    help: "Requests dropped in a flood",
    read: ({ unread }) => unread,
  },
  {
    name: "requests_repeated_total",
    type: "counter",
    help: "Requests that came again, of uploads that have ended",
    read: ({ requestsRepeated }) => requestsRepeated,
  },
  {
    name: "repeats_in_total",
    type: "counter",
    help: "Blocks that came again or out of order, of uploads that have ended",
    read: ({ repeatsIn }) => repeatsIn,
  },
  {
    name: "repeats_out_total",
    type: "counter",
    help: "Answers that were sent again, of uploads that have ended",
    read: ({ repeatsOut }) => repeatsOut,
  },
  {
    name: "stored_bytes_total",
    type: "counter",
    help: "Bytes received of stored files",
    read: ({ bytes }) => bytes,
  },
  {
    name: "upload_seconds",
    type: "histogram",
    help: "How long stored files took",
    label: "le",
    read: (metrics) => metrics,
  },
  {
    name: "uploads_active",
    type: "gauge",
    help: "Uploads under way",
    read: (_, { uploads }) => uploads,
  },
  {
    name: "uploads_half_open",
    type: "gauge",
    help: "Of these, such as have not sent a block",
    read: (_, { halfOpen }) => halfOpen,
  },
  {
    name: "buffer_bytes",
    type: "gauge",
    help: "Memory for the data of running uploads",
    read: (_, { bufferBytes }) => bufferBytes,
  },
  {
    name: "free_bytes",
    type: "gauge",
    help: "What may be written before the disk is as full as it may get",
    read: (_, { freeBytes }) => freeBytes,
  },
  {
    name: "last_stored_timestamp_seconds",
    type: "gauge",
    help: `When a client last stored a file, of the latest ${MAX_CLIENTS}`,
    label: "client",
    read: ({ lastStored }) => lastStored,
  },
];

/** Writes the numbers in Prometheus' text format, version 0.0.4. */
export function renderMetrics(metrics: Metrics, gauges: Gauges): string {
  return METRICS.map((metric) => {
    const { help, label = "", name, read, type } = metric;
    const head = `# HELP ${PREFIX}${name} ${help}.\n# TYPE ${PREFIX}${name} ` +
      `${type}\n`;
    return head + samplesOf(read(metrics, gauges), label)
      .map(([suffix, value]) => `${PREFIX}${name}${suffix} ${value}\n`)
      .join("");
  }).join("");
}

/** What comes behind the name, and the value. */
type Sample = readonly [suffix: string, value: number];

function samplesOf(reading: Reading, label: string): Sample[] {
  if (reading === undefined) return [];
  if (typeof reading === "number") return [["", reading]];
  if ("bySeconds" in reading) return histogram(reading);
  return [...reading].map(([name, value]) => [
    `{${label}="${name.replace(/["\\\n]/g, "\\$&")}"}`,
    value,
  ]);
}

function histogram(
  { bySeconds, seconds, stored }: Extract<Reading, { bySeconds: unknown }>,
): Sample[] {
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
