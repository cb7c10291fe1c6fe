/**
 * The life of a server: the main thread opens the directory and holds its lock,
 * measures the free space, has the other threads started, and sees to an orderly
 * end.
 *
 * @module
 */

import { resolve } from "@std/path";
import type { ServerConfig } from "../config.ts";
import type { FrontNews } from "../front/message.ts";
import { ALL_IPV6 } from "../policy/listening.ts";
import { Problem, textOf } from "../problem.ts";
import { Shared } from "../shared.ts";
import { ReceiptLog } from "../storage/receipt_log.ts";
import { Run } from "../storage/run.ts";
import { explainDirectory, explainListen } from "./explain.ts";
import { Lookout } from "./lookout.ts";
import { MetricsServer } from "./metrics_server.ts";
import { Threads, type ThreadsOptions } from "./threads.ts";
import { within } from "./within.ts";

/** How long the end waits for a disk that does not answer. */
const DISK_WITHIN_MS = 5_000;
/**
 * How long the threads may take to start. It is far less than a second, except on
 * a small board that has to do everything at once.
 */
const START_WITHIN_MS = 60_000;

/** What a server is started with. */
export interface ServerOptions
  extends Pick<ThreadsOptions, "config" | "stopKey" | "waiting" | "entries"> {
  /** How long threads may take to start, milliseconds; a minute if left out. */
  readonly startWithinMs?: number;
}

/** A running server. */
export class Server {
  readonly #config: ServerConfig;
  readonly #shared = new Shared();
  readonly #threads: Threads;
  readonly #run: Run;
  readonly #lookout: Lookout;
  /** Resolves when the front listens. */
  readonly #listening = Promise.withResolvers<void>();
  /** Resolves when the first transfer thread can store. */
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<boolean>();
  #metrics: MetricsServer | undefined;

  private constructor(options: ServerOptions, run: Run) {
    const { config } = options;
    const shared = this.#shared;
    this.#config = config;
    this.#run = run;
    const threads = this.#threads = new Threads({
      ...{ ...options, run, shared },
      onNews: (news) => this.#onNews(news),
      onReady: () => this.#ready.resolve(),
      onCrash: (message) => this.#onCrash(message),
    });
    this.#lookout = new Lookout({ config, run, shared }, threads);
    // A thread may crash before anybody waits for it to start, or to end.
    for (const { promise } of [this.#listening, this.#ready, this.#ended]) {
      promise.catch(() => {});
    }
  }

  /**
   * Starts a server.
   *
   * @throws {Problem} If the directory or the address cannot be used; nothing is
   * left behind then.
   */
  static async start(options: ServerOptions): Promise<Server> {
    const { directory, receipts } = options.config;
    const config = {
      ...options.config,
      directory: resolve(directory),
      receipts: receipts && resolve(receipts),
    };
    if (config.receipts !== undefined) await tryReceipts(config.receipts);
    const run = await Run.begin(config.directory).catch((error) => {
      throw explainDirectory(error, directory);
    });
    let server: Server | undefined;
    try {
      server = new Server({ ...options, config }, run);
      await server.#start(options.startWithinMs ?? START_WITHIN_MS);
      return server;
    } catch (error) {
      if (server !== undefined) await server.#leave();
      await run.end();
      throw error instanceof Deno.errors.NotCapable
        ? explainListen(error, config.hostnames[0] ?? ALL_IPV6, config.port)
        : error;
    }
  }

  /**
   * Resolves when the server has ended in order, to whether all has come that was
   * waited for; rejects if it crashes.
   */
  get ended(): Promise<boolean> {
    return this.#ended.promise;
  }

  /** Takes no more requests and lets running uploads end. */
  drain(): void {
    this.#threads.order({ kind: "drain" });
  }

  /** Ends at once; running uploads fail and leave nothing. */
  stop(): void {
    this.#threads.order({ kind: "stop" });
  }

  /** A file of receipts that was moved away is begun anew, as log files are. */
  hangUp(): void {
    const { receipts } = this.#config;
    if (receipts !== undefined) this.#threads.order({ kind: "reopen" });
    const message = receipts === undefined
      ? "SIGHUP is ignored; SIGTERM or Ctrl-C stops the server"
      : `receipts go on in "${receipts}"`;
    this.#threads.tell({ kind: "notice", message });
  }

  async #start(withinMs: number): Promise<void> {
    await this.#lookout.measure();
    const { metrics, minFree } = this.#config;
    // A limit that was asked for and cannot be kept is no limit.
    if (minFree.kind !== "default" && this.#shared.freeBytes === undefined) {
      throw new Problem(
        "cannot find out how much of the disk is free",
        "allow it with --allow-sys=statfs, or leave --min-free out",
      );
    }
    this.#threads.start(this.#lookout.listenOn);
    const threads = Promise.all([this.#ready.promise, this.#listening.promise]);
    if (!await within(withinMs, threads)) {
      throw new Problem(
        `the threads of the server did not start within ${withinMs / 1_000} s`,
        "look whether the disk answers and memory is left, then start it again",
      );
    }
    const measure = () => this.#threads.order({ kind: "measure" });
    this.#metrics = metrics && new MetricsServer(metrics, measure);
    await this.#lookout.begin();
  }

  #onNews(news: FrontNews): void {
    const { port } = this.#config;
    switch (news.kind) {
      case "listening":
        return this.#listening.resolve();
      case "failed":
        return this.#listening.reject(explainListen(news, news.hostname, port));
      case "measured":
        return this.#metrics?.take(news);
      case "ended":
        this.#end();
        return;
      case "closed":
        this.#metrics?.close();
        this.#threads.terminate();
        return this.#ended.resolve(news.isComplete);
    }
  }

  #onCrash(message: string): void {
    const crash = new Error(`The server crashed: ${message}`);
    this.#listening.reject(crash);
    this.#ready.reject(crash);
    this.#ended.reject(crash);
    this.#leave();
  }

  async #leave(): Promise<void> {
    this.#lookout.stop();
    this.#threads.terminate();
    await this.#metrics?.close();
    await within(DISK_WITHIN_MS, this.#lookout.settle()).catch(() => {});
  }

  async #end(): Promise<void> {
    this.#lookout.stop();
    try {
      const left = this.#lookout.settle().then(() => this.#run.end());
      if (!await within(DISK_WITHIN_MS, left)) {
        throw new Error("the disk does not answer");
      }
    } catch (error) {
      const message = `cannot leave the directory in order: ${textOf(error)}`;
      this.#threads.tell({ kind: "trouble", message });
    }
    this.#threads.order({ kind: "close" });
  }
}

/** Whether receipts can be written is known before anybody sends a file. */
async function tryReceipts(path: string): Promise<void> {
  try {
    await (await ReceiptLog.open(path)).close();
  } catch (error) {
    throw new Problem(
      textOf(error),
      "name a file that can be written with --receipts",
      { cause: error },
    );
  }
}
