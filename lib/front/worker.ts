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
import { MetricsReport } from "../report/metrics.ts";
import { renderMetrics } from "../report/metrics_table.ts";
import type { Front } from "./front.ts";
import type { FrontAssignment, FrontNews, FrontOrder } from "./message.ts";
import { GRACE_MS, openFront } from "./open_front.ts";

/** How long the end waits for whoever reads the log. */
const FLUSH_MS = 1_000;

const clock = new SystemClock();
let front: Front | undefined;
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
      await front?.close();
      await log?.flush(FLUSH_MS);
      tell({ kind: "closed", isComplete: expecting?.isComplete ?? true });
  }
}

async function start(assignment: FrontAssignment): Promise<void> {
  const { config, maxThreads, shared, stopKey, waiting } = assignment;
  log = openLog(config, clock);
  const digest = new DigestReport(log.report, clock);
  const drain = () => front?.drain(GRACE_MS);
  expecting = waiting &&
    new ExpectingReport(digest, waiting.expectation, drain);
  numbers = new Shared(shared);
  measured = new MetricsReport(expecting ?? digest, clock);
  report = log.watch(measured);
  const key = stopKey && await StopKey.from(stopKey);
  const { hostname, port } = config;
  let socket: Deno.DatagramConn;
  try {
    socket = Deno.listenDatagram({ transport: "udp", hostname, port });
  } catch (error) {
    const { name, message } = error as Error;
    return tell({ kind: "failed", name, message });
  }
  front = openFront({
    ...{ config, key, maxThreads, socket, clock, report },
    shared: numbers,
    onWantThread: () => tell({ kind: "want-thread" }),
    onEnded: () => tell({ kind: "ended" }),
  });
  front.addThread(new Channel(assignment.channel, clock));
  const addr = socket.addr as Deno.NetAddr;
  report.add({
    kind: "listening",
    hostname: addr.hostname,
    port: addr.port,
    directory: config.directory,
    addresses: assignment.addresses,
  });
  const withinMs = waiting?.withinMs;
  if (withinMs !== undefined) clock.after(withinMs, drain);
  tell({ kind: "listening" });
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
