/**
 * The front as a thread has it: with a log, and orders of the main thread.
 *
 * @module
 */

import { Channel } from "../channel.ts";
import { SystemClock } from "../clock.ts";
import { ALL_IPV4, ALL_IPV6 } from "../policy/listening.ts";
import { DigestReport } from "../report/digest.ts";
import type { Report } from "../report/event.ts";
import { ExpectingReport } from "../report/expecting.ts";
import { MetricsReport } from "../report/metrics.ts";
import { renderMetrics } from "../report/metrics_table.ts";
import { type Log, openLog } from "../report/open_log.ts";
import { Shared } from "../shared.ts";
import { StopKey } from "../stop_key.ts";
import { Doors } from "./doors.ts";
import { Front } from "./front.ts";
import type { FrontAssignment, FrontNews, FrontOrder } from "./message.ts";
import { rulesOf } from "./rules.ts";

/** How long the end waits for whoever reads the log. */
const FLUSH_MS = 1_000;

/** The front of a thread. */
export class Desk {
  /** The front. */
  readonly front: Front;
  /** The time. */
  readonly clock = new SystemClock();
  /** Numbers that all threads see. */
  readonly shared: Shared;
  readonly #assignment: FrontAssignment;
  readonly #tell: (news: FrontNews) => void;
  readonly #log: Log;
  readonly #expecting: ExpectingReport | undefined;
  readonly #measured: MetricsReport;
  readonly #report: Report;
  readonly #doors: Doors;

  private constructor(
    assignment: FrontAssignment,
    key: StopKey | undefined,
    tell: (news: FrontNews) => void,
  ) {
    const { config, maxThreads, waiting } = assignment;
    const { clock } = this;
    const shared = this.shared = new Shared(assignment.shared);
    this.#assignment = assignment;
    this.#tell = tell;
    this.#log = openLog(config, clock);
    const digest = new DigestReport(this.#log.report, clock);
    const drain = () => this.front.drain();
    this.#expecting = waiting &&
      new ExpectingReport(digest, waiting.expectation, drain);
    this.#measured = new MetricsReport(this.#expecting ?? digest, clock);
    const report = this.#report = this.#log.watch(this.#measured);
    this.front = new Front({
      ...{ rules: rulesOf(config), key, maxThreads, clock, report, shared },
      onWantThread: () => tell({ kind: "want-thread" }),
      onEnded: () => tell({ kind: "ended" }),
    });
    const { port, hostnames: named } = config;
    const { listeners } = this.front;
    this.#doors = new Doors({ listeners, report, clock, port, named });
  }

  /**
   * Begins to serve.
   *
   * @param tell Tells the main thread.
   * @param prepare Called before the first transfer thread is added.
   */
  static async open(
    assignment: FrontAssignment,
    tell: (news: FrontNews) => void,
    prepare: (desk: Desk) => Promise<void> | void = () => {},
  ): Promise<Desk> {
    const { channel, stopKey, waiting } = assignment;
    const key = stopKey && await StopKey.from(stopKey);
    const desk = new Desk(assignment, key, tell);
    const { clock, front } = desk;
    await prepare(desk);
    front.crew.add(new Channel(channel, clock));
    await desk.#listen();
    const withinMs = waiting?.withinMs;
    if (withinMs !== undefined) clock.after(withinMs, () => front.drain());
    return desk;
  }

  /** Does what the main thread says. */
  async obey(order: Exclude<FrontOrder, { kind: "start" }>): Promise<void> {
    const { crew, uploads } = this.front;
    switch (order.kind) {
      case "thread":
        return crew.add(new Channel(order.channel, this.clock));
      case "tell":
        return this.#report.add(order.event);
      case "addresses":
        return await this.#doors.update(order.listenOn);
      case "directory":
        return uploads.watchDirectory(order.path, order.isThere);
      case "reopen":
        return crew.orderAll({ kind: "reopen" });
      case "measure":
        return this.#measure();
      case "drain":
        return this.front.drain();
      case "stop":
        return this.front.stop();
      case "close":
        return await this.#close();
    }
  }

  async #listen(): Promise<void> {
    const { addresses, config, listenOn } = this.#assignment;
    const { directory, hostnames } = config;
    const failure = await this.#doors.open(listenOn);
    if (failure !== undefined) {
      return this.#tell({ kind: "failed", ...failure });
    }
    const all = listenOn.some((it) => it.includes(":")) ? ALL_IPV6 : ALL_IPV4;
    this.#report.add({
      kind: "listening",
      hostnames: hostnames.length > 0 ? hostnames : [all],
      port: this.#doors.port,
      ...{ directory, addresses },
    });
    this.#tell({ kind: "listening" });
  }

  async #close(): Promise<void> {
    this.#doors.stop();
    await this.front.close();
    await this.#log.flush(FLUSH_MS);
    const isComplete = this.#expecting?.isComplete ?? true;
    this.#tell({ kind: "closed", isComplete });
  }

  #measure(): void {
    const { halfOpen, trouble, underWay: uploads } = this.front.uploads;
    const { bufferBytes, freeBytes } = this.shared;
    const gauges = { halfOpen, uploads, bufferBytes, freeBytes };
    const text = renderMetrics(this.#measured.metrics, gauges);
    this.#tell({ kind: "measured", text, trouble });
  }
}
