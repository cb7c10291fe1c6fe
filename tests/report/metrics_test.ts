import { assert, assertEquals } from "@std/assert";
import type { Event } from "../../lib/report/event.ts";
import { emptyMetrics, foldMetrics } from "../../lib/report/metrics.ts";
import { renderMetrics } from "../../lib/report/metrics_table.ts";
import { COUNTS, failed, refused, stored } from "./events.ts";

const GAUGES = { uploads: 3, halfOpen: 1, freeBytes: 1_000, bufferBytes: 64 };

function storedBy(hostname: string, bytes: number, seconds: number): Event {
  return stored({ peer: { hostname, port: 5_000 }, bytes, seconds });
}

function refusedFor(reason: string): Event {
  return { ...refused("x"), reason };
}

/** The samples, without comments. */
function samplesOf(text: string): string[] {
  return text.split("\n").filter((it) => it !== "" && !it.startsWith("#"));
}

Deno.test("renderMetrics() writes what happened for Prometheus", () => {
  const metrics = emptyMetrics();
  const counts = { ...COUNTS, requests: 1, repeatsIn: 2, repeatsOut: 3 };
  const events: [Event, number][] = [
    [storedBy("::ffff:192.0.2.7", 100, 0.5), 1_700_000_000_900],
    [storedBy("192.0.2.8", 20, 700), 1_700_000_001_000],
    [refusedFor('name "x" is bad'), 0],
    [refusedFor("need 30, have 7"), 0],
    [refusedFor("need 4, have 1"), 0],
    [{ kind: "unread", requests: 8 }, 0],
    [{ kind: "unread", requests: 1 }, 0],
    [{ ...failed({ kind: "silent" }), counts }, 0],
  ];
  for (const [event, at] of events) foldMetrics(metrics, event, at);
  const text = renderMetrics(metrics, GAUGES);
  assertEquals(samplesOf(text), [
    "wotftp_uploads_stored_total 2",
    'wotftp_uploads_failed_total{failure="silent"} 1',
    'wotftp_requests_refused_total{reason="name \\"x\\" is bad"} 1',
    'wotftp_requests_refused_total{reason="need N, have N"} 2',
    "wotftp_requests_denied_total 0",
    "wotftp_requests_unread_total 9",
    "wotftp_requests_repeated_total 1",
    "wotftp_repeats_in_total 2",
    "wotftp_repeats_out_total 3",
    "wotftp_stored_bytes_total 120",
    'wotftp_upload_seconds_bucket{le="0.1"} 0',
    'wotftp_upload_seconds_bucket{le="1"} 1',
    'wotftp_upload_seconds_bucket{le="10"} 1',
    'wotftp_upload_seconds_bucket{le="60"} 1',
    'wotftp_upload_seconds_bucket{le="600"} 1',
    'wotftp_upload_seconds_bucket{le="+Inf"} 2',
    "wotftp_upload_seconds_sum 700.5",
    "wotftp_upload_seconds_count 2",
    "wotftp_uploads_active 3",
    "wotftp_uploads_half_open 1",
    "wotftp_buffer_bytes 64",
    "wotftp_free_bytes 1000",
    'wotftp_last_stored_timestamp_seconds{client="192.0.2.7"} 1700000000',
    'wotftp_last_stored_timestamp_seconds{client="192.0.2.8"} 1700000001',
  ]);
  assert(text.includes("# TYPE wotftp_upload_seconds histogram\n"));
});

Deno.test("renderMetrics() leaves out what nobody knows", () => {
  const gauges = { ...GAUGES, freeBytes: undefined };
  const text = renderMetrics(emptyMetrics(), gauges);
  assert(!samplesOf(text).some((it) => it.includes("free_bytes")));
});

Deno.test("foldMetrics() bounds the values of every label", () => {
  const metrics = emptyMetrics();
  for (let i = 0; i < 2_000; i++) {
    const text = String.fromCharCode(97 + i % 26, 97 + (i / 26) % 26);
    foldMetrics(metrics, refusedFor(text), 0);
    foldMetrics(metrics, storedBy(`10.0.${i >> 8}.${i & 255}`, 1, 1), i);
  }
  assertEquals(metrics.refused.size, 33);
  assertEquals(metrics.lastStored.size, 256);
  assert(metrics.lastStored.has("10.0.7.207"));
});
