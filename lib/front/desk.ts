/**
 * The front desk as a thread has it: with a log, and orders of the main thread.
 *
 * @module
 */

import { Channel } from "../channel.ts";
import { type Clock, SystemClock } from "../clock.ts";
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

/** What has to be there before anybody can be served. */
export interface House {
  /** What the front is to be. */
  readonly assignment: FrontAssignment;
  /** The front; it does not listen yet. */
  readonly front: Front;
  /** The time. */
  readonly clock: Clock;
  /** Numbers that all threads see. */
  readonly shared: Shared;
}

/** The front desk of a thread. */
export class Desk {
  readonly #clock = new SystemClock();
  readonly #addRoom: (house: House) => Promise<void> | void;
  readonly #tell: (news: FrontNews) => void;
  #front: Front | undefined;
  #doors: Doors | undefined;
  #log: Log | undefined;
  #report: Report | undefined;
  #measured: MetricsReport | undefined;
  #numbers: Shared | undefined;
  #expecting: ExpectingReport | undefined;

  /**
   * Waits for orders.
   *
   * @param addRoom Adds the first transfer thread to the front.
   * @param tell Tells the main thread.
   */
  constructor(
    addRoom: (house: House) => Promise<void> | void,
    tell: (news: FrontNews) => void,
  ) {
    this.#addRoom = addRoom;
    this.#tell = tell;
  }

  /** Does what the main thread says. */
  async obey(order: FrontOrder): Promise<void> {
    const front = this.#front;
    switch (order.kind) {
      case "start":
        return await this.#start(order.assignment);
      case "thread":
        return front?.addThread(new Channel(order.channel, this.#clock));
      case "tell":
        return this.#report?.add(order.event);
      case "addresses":
        return await this.#doors?.update(order.listenOn);
      case "directory":
        return front?.watchDirectory(order.path, order.isThere);
      case "reopen":
        return front?.reopenReceipts();
      case "measure":
        return this.#measure();
      case "drain":
        return front?.drain(GRACE_MS);
      case "stop":
        return front?.stop();
      case "close":
        return await this.#close();
    }
  }

  async #start(assignment: FrontAssignment): Promise<void> {
    const { config, maxThreads, stopKey, waiting } = assignment;
    const clock = this.#clock;
    const shared = this.#numbers = new Shared(assignment.shared);
    const log = this.#log = openLog(config, clock);
    const digest = new DigestReport(log.report, clock);
    const drain = () => this.#front?.drain(GRACE_MS);
    const expecting = this.#expecting = waiting &&
      new ExpectingReport(digest, waiting.expectation, drain);
    const measured = new MetricsReport(expecting ?? digest, clock);
    const report = log.watch(measured);
    this.#measured = measured;
    this.#report = report;
    const key = stopKey && await StopKey.from(stopKey);
    const front = this.#front = openFront({
      ...{ config, key, maxThreads, clock, report, shared },
      onWantThread: () => this.#tell({ kind: "want-thread" }),
      onEnded: () => this.#tell({ kind: "ended" }),
    });
    await this.#addRoom({ assignment, front, clock, shared });
    await this.#listen(assignment, front, report);
    const withinMs = waiting?.withinMs;
    if (withinMs !== undefined) clock.after(withinMs, drain);
  }

  async #listen(
    { addresses, config, listenOn }: FrontAssignment,
    { listeners }: Front,
    report: Report,
  ): Promise<void> {
    const clock = this.#clock;
    const { directory, hostnames, port } = config;
    const options = { listeners, report, clock, port, named: hostnames };
    const doors = this.#doors = new Doors(options);
    try {
      await doors.open(listenOn);
    } catch (error) {
      const { name, message, hostname } = error as ListenError;
      return this.#tell({ kind: "failed", name, message, hostname });
    }
    report.add({
      kind: "listening",
      hostnames: hostnames.length > 0 ? hostnames : allOf(listenOn),
      port: doors.port,
      ...{ directory, addresses },
    });
    this.#tell({ kind: "listening" });
  }

  async #close(): Promise<void> {
    this.#doors?.stop();
    await this.#front?.close();
    await this.#log?.flush(FLUSH_MS);
    const isComplete = this.#expecting?.isComplete ?? true;
    this.#tell({ kind: "closed", isComplete });
  }

  #measure(): void {
    const [front, numbers] = [this.#front, this.#numbers];
    const metrics = this.#measured?.metrics;
    if (!front || !numbers || !metrics) return;
    const { halfOpen, trouble, uploads } = front;
    const { bufferBytes, freeBytes } = numbers;
    const gauges = { halfOpen, uploads, bufferBytes, freeBytes };
    this.#tell({
      kind: "measured",
      text: renderMetrics(metrics, gauges),
      trouble,
    });
  }
}

/** How all addresses are written. */
function allOf(listenOn: readonly string[]): string[] {
  return [listenOn.some((it) => it.includes(":")) ? ALL_IPV6 : ALL_IPV4];
}
