/**
 * The thread of the front desk. It may use the network and nothing else.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { Channel } from "../channel.ts";
import { SystemClock } from "../clock.ts";
import { DigestReport } from "../report/digest.ts";
import type { Report } from "../report/event.ts";
import { ExpectingReport } from "../report/expecting.ts";
import { type Log, openLog } from "../report/open_log.ts";
import { Shared } from "../shared.ts";
import { StopKey } from "../stop_key.ts";
import { ALL_IPV4, ALL_IPV6 } from "../policy/listening.ts";
import { MetricsReport } from "../report/metrics.ts";
import { renderMetrics } from "../report/metrics_table.ts";
import { Doors, type ListenError } from "./doors.ts";
import type { Front } from "./front.ts";
import type { FrontAssignment, FrontNews, FrontOrder } from "./message.ts";
import { GRACE_MS, openFront } from "./open_front.ts";

/** How long the end waits for whoever reads the log. */
const FLUSH_MS = 1_000;

const clock = new SystemClock();
let front: Front | undefined;
let doors: Doors | undefined;
let log: Log | undefined;
let report: Report | undefined;
let measured: MetricsReport | undefined;
let numbers: Shared | undefined;
let expecting: ExpectingReport | undefined;

self.addEventListener("message", ({ data }: MessageEvent<FrontOrder>) => {
  obey(data);
});

async function obey(order: FrontOrder): Promise<void> {
  switch (order.kind) {
    case "start":
      return await start(order.assignment);
    case "thread":
      return front?.addThread(new Channel(order.channel, clock));
    case "tell":
      return report?.add(order.event);
    case "addresses":
      return doors?.update(order.listenOn);
    case "directory":
      return front?.watchDirectory(order.path, order.isThere);
    case "reopen":
      return front?.reopenReceipts();
    case "measure":
      return measure();
    case "drain":
      return front?.drain(GRACE_MS);
    case "stop":
      return front?.stop();
    case "close":
      doors?.stop();
      await front?.close();
      await log?.flush(FLUSH_MS);
      tell({ kind: "closed", isComplete: expecting?.isComplete ?? true });
  }
}

async function start(assignment: FrontAssignment): Promise<void> {
  const { config, listenOn, maxThreads, shared, stopKey, waiting } = assignment;
  log = openLog(config, clock);
  const digest = new DigestReport(log.report, clock);
  const drain = () => front?.drain(GRACE_MS);
  expecting = waiting &&
    new ExpectingReport(digest, waiting.expectation, drain);
  numbers = new Shared(shared);
  measured = new MetricsReport(expecting ?? digest, clock);
  report = log.watch(measured);
  const key = stopKey && await StopKey.from(stopKey);
  front = openFront({
    ...{ config, key, maxThreads, clock, report },
    shared: numbers,
    onWantThread: () => tell({ kind: "want-thread" }),
    onEnded: () => tell({ kind: "ended" }),
  });
  front.addThread(new Channel(assignment.channel, clock));
  const { hostnames, port } = config;
  const { listeners } = front;
  doors = new Doors({ listeners, report, clock, port, named: hostnames });
  try {
    await doors.open(listenOn);
  } catch (error) {
    const { name, message, hostname } = error as ListenError;
    return tell({ kind: "failed", name, message, hostname });
  }
  report.add({
    kind: "listening",
    hostnames: hostnames.length > 0 ? hostnames : allOf(listenOn),
    port: doors.port,
    directory: config.directory,
    addresses: assignment.addresses,
  });
  const withinMs = waiting?.withinMs;
  if (withinMs !== undefined) clock.after(withinMs, drain);
  tell({ kind: "listening" });
}

/** How all addresses are written. */
function allOf(listenOn: readonly string[]): string[] {
  return [listenOn.some((it) => it.includes(":")) ? ALL_IPV6 : ALL_IPV4];
}

function measure(): void {
  if (front === undefined || numbers === undefined || !measured) return;
  const { halfOpen, trouble, uploads } = front;
  const { bufferBytes, freeBytes } = numbers;
  const gauges = { halfOpen, uploads, bufferBytes, freeBytes };
  const text = renderMetrics(measured.metrics, gauges);
  tell({ kind: "measured", text, trouble });
}

function tell(news: FrontNews): void {
  self.postMessage(news);
}
