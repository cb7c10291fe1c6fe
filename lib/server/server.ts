/**
 * The server: a listening port, its sessions, one timer for all of them, and an
 * orderly end.
 *
 * @module
 */

import { format } from "@std/datetime/format";
import { ListeningPort, PortError } from "../port/port.ts";
import type { Report } from "../report/event.ts";
import type { StopKey } from "../stop/key.ts";
import { UploadDirectory } from "../storage/directory.ts";
import {
  GRACE_MS,
  IDLE_NOTICE_MS,
  type ServerConfig,
  TICK_MS,
} from "./config.ts";
import { Deadlines } from "./deadlines.ts";
import { ErrorLimit } from "./error_limit.ts";
import { Listener } from "./listener.ts";
import { Reception } from "./reception.ts";
import { Relief } from "./relief.ts";
import { Roster } from "./roster.ts";
import type { Session } from "./session.ts";
import { explainDirectory, explainListen, StartError } from "./start_error.ts";

/** A running server. */
export class Server {
  /** The local address in use. */
  readonly hostname: string;
  /** The port in use. */
  readonly port: number;
  readonly #report: Report;
  readonly #directory: UploadDirectory;
  readonly #listener: Listener;
  readonly #roster = new Roster();
  readonly #deadlines = new Deadlines<Session>(TICK_MS, performance.now());
  readonly #sweeping: Promise<void>;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #stopping = false;
  readonly #ended = Promise.withResolvers<void>();

  private constructor(
    config: ServerConfig,
    report: Report,
    directory: UploadDirectory,
    port: ListeningPort,
    stopKey: StopKey | undefined,
  ) {
    this.#report = report;
    this.#directory = directory;
    this.hostname = port.hostname;
    this.port = port.port;
    report.add({
      kind: "listening",
      hostname: this.hostname,
      port: this.port,
      directory: config.directory,
    });
    this.#sweeping = this.#sweep();
    this.#restartIdleTimer();
    const roster = this.#roster;
    const relief = new Relief(roster);
    directory.relieve = () => relief.relieve();
    const errorLimit = new ErrorLimit();
    const reception = new Reception({
      ...{ config, directory, roster, relief, report },
      deadlines: this.#deadlines,
      mayAnswer: (hostname) => errorLimit.allows(hostname),
      onSession: () => this.#onSession(),
      onClosed: () => this.#onClosed(),
    });
    this.#listener = new Listener({
      ...{ config, port, reception, roster, errorLimit, report, stopKey },
      onStop: () => this.drain(),
      onActivity: () => this.#restartIdleTimer(),
    });
  }

  /**
   * Starts a server.
   *
   * @param config What it is to do.
   * @param report Where events go.
   * @param channel The way to the thread that reads its port; closed at the end.
   * @param stopKey The key that stops it from afar; without one nobody can.
   * @throws {StartError} If the directory or the address cannot be used.
   */
  static async start(
    config: ServerConfig,
    report: Report,
    channel: MessagePort,
    stopKey?: StopKey,
  ): Promise<Server> {
    let directory: UploadDirectory;
    try {
      directory = await UploadDirectory.open(config.directory, config);
    } catch (error) {
      channel.close();
      throw explainDirectory(error, config.directory);
    }
    try {
      await checkMinFree(directory, config);
      const port = await ListeningPort
        .open(channel, config.hostname, config.port);
      return new Server(config, report, directory, port, stopKey);
    } catch (error) {
      channel.close();
      await directory.close();
      throw error instanceof PortError
        ? explainListen(error, config.hostname, config.port)
        : error;
    }
  }

  /** Resolves when the server has ended, whoever wanted it. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /**
   * Takes no more requests, lets running uploads end, and gives those up that
   * take longer than the grace period.
   *
   * @param graceMs The grace period.
   */
  async drain(graceMs: number = GRACE_MS): Promise<void> {
    if (!this.#stopping) {
      const uploads = this.#roster.countUnderWay();
      this.#report.add({ kind: "stopping", uploads });
      this.#takeNoMore();
      const timer = setTimeout(() => this.#giveUp(), graceMs);
      this.#ended.promise.finally(() => clearTimeout(timer));
    }
    await this.#ended.promise;
  }

  /** Ends at once: running uploads fail and leave nothing. */
  async stop(): Promise<void> {
    if (!this.#stopping) this.#takeNoMore();
    this.#giveUp();
    await this.#ended.promise;
  }

  #takeNoMore(): void {
    this.#stopping = true;
    this.#listener.takeNoMore();
    clearTimeout(this.#idleTimer);
    if (this.#roster.size === 0) this.#end();
  }

  #giveUp(): void {
    for (const session of this.#roster) session.stop();
  }

  async #end(): Promise<void> {
    await this.#sweeping;
    try {
      await this.#directory.close();
    } catch (error) {
      const { message } = error as Error;
      this.#report.add({
        kind: "trouble",
        message: `cannot leave the directory in order: ${message}`,
      });
    }
    await this.#listener.close();
    this.#report.add({ kind: "stopped" });
    this.#ended.resolve();
  }

  #onSession(): void {
    this.#ticker ??= setInterval(() => this.#tick(), TICK_MS);
  }

  #onClosed(): void {
    if (this.#roster.size > 0) return;
    clearInterval(this.#ticker);
    this.#ticker = undefined;
    if (this.#stopping) this.#end();
    else this.#restartIdleTimer();
  }

  #tick(): void {
    for (const session of this.#deadlines.take(performance.now())) {
      session.tick();
    }
    if (!this.#stopping) return;
    for (const session of this.#roster) session.tickWhileStopping();
  }

  async #sweep(): Promise<void> {
    try {
      const parts = await this.#directory.sweep();
      if (parts > 0) this.#report.add({ kind: "swept", parts });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#report.add({
        kind: "trouble",
        message: `cannot remove unfinished uploads of earlier runs: ${reason}`,
      });
    }
  }

  #restartIdleTimer(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      if (this.#roster.size > 0) return;
      this.#report.add({ kind: "idle", at: format(new Date(), "HH:mm:ss") });
    }, IDLE_NOTICE_MS);
  }
}

/** A limit that was asked for and cannot be kept is no limit. */
async function checkMinFree(
  directory: UploadDirectory,
  { minFree }: ServerConfig,
): Promise<void> {
  if (minFree.kind === "default") return;
  if (await directory.space.left(0) === undefined) {
    throw new StartError(
      "cannot find out how much of the disk is free",
      "allow it with --allow-sys=statfs, or leave --min-free out",
    );
  }
}
