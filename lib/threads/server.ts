/**
 * The life of a server: the main thread opens the directory and holds its lock,
 * measures the free space, has the other threads started, and sees to an orderly
 * end.
 *
 * @module
 */

import { resolve } from "@std/path";
import type { ServerConfig } from "../config.ts";
import type { FrontNews, FrontOrder } from "../front/message.ts";
import type { Waiting } from "../policy/expected.ts";
import { ALL_IPV6 } from "../policy/listening.ts";
import { Problem } from "../problem.ts";
import { Shared } from "../shared.ts";
import { ReceiptLog } from "../storage/receipt_log.ts";
import { Run } from "../storage/run.ts";
import type { TransferNews } from "../transfer/message.ts";
import { explainDirectory, explainListen, explainSilence } from "./explain.ts";
import { Lookout } from "./lookout.ts";
import { MetricsServer } from "./metrics_server.ts";
import { type Entries, Threads } from "./threads.ts";

/** How long the end waits for a disk that does not answer. */
const DISK_WITHIN_MS = 5_000;
/**
 * How long the threads may take to start. It is far less than a second, except on
 * a small board that has to do everything at once.
 */
const START_WITHIN_MS = 60_000;

/** What a server is started with. */
export interface ServerOptions {
  /** What it is to do. */
  readonly config: ServerConfig;
  /** The key that stops it from afar; without one nobody can. */
  readonly stopKey: Uint8Array<ArrayBuffer> | undefined;
  /** What is waited for; without it the server goes on for ever. */
  readonly waiting?: Waiting | undefined;
  /** Other threads, to test what becomes of a crash. */
  readonly entries?: Entries;
  /** How long threads may take to start, milliseconds; a minute if left out. */
  readonly startWithinMs?: number;
}

type Event = Extract<FrontOrder, { kind: "tell" }>["event"];

/** A running server. */
export class Server {
  readonly #config: ServerConfig;
  readonly #shared = new Shared();
  readonly #threads: Threads;
  readonly #run: Run;
  /** Resolves when the front listens. */
  readonly #started = Promise.withResolvers<void>();
  /** Resolves when the first transfer thread can store. */
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<boolean>();
  readonly #lookout: Lookout;
  #metrics: MetricsServer | undefined;

  private constructor(
    { stopKey, waiting, entries }: ServerOptions,
    config: ServerConfig,
    run: Run,
  ) {
    this.#config = config;
    this.#run = run;
    this.#threads = new Threads({
      ...{ config, stopKey, waiting, entries },
      shared: this.#shared,
      onNews: (news) => this.#onNews(news),
      onTransferNews: (news) => this.#onTransferNews(news),
      onCrash: (message) => this.#onCrash(message),
    });
    this.#lookout = new Lookout({
      ...{ config, run, shared: this.#shared },
      order: (order) => this.#threads.order(order),
    });
    // A thread may crash before anybody waits for it to start, or to end.
    this.#started.promise.catch(() => {});
    this.#ready.promise.catch(() => {});
    this.#ended.promise.catch(() => {});
  }

  /**
   * Starts a server.
   *
   * @throws {Problem} If the directory or the address cannot be used; nothing is
   * left behind then.
   */
  static async start(options: ServerOptions): Promise<Server> {
    const { directory } = options.config;
    const { receipts } = options.config;
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
      server = new Server(options, config, run);
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
    if (this.#config.receipts === undefined) {
      return this.notice(
        "SIGHUP is ignored; SIGTERM or Ctrl-C stops the server",
      );
    }
    this.#threads.order({ kind: "reopen" });
    this.notice(`receipts go on in "${this.#config.receipts}"`);
  }

  /** Tells the operator something. */
  notice(message: string): void {
    this.#tell({ kind: "notice", message });
  }

  async #start(withinMs: number): Promise<void> {
    await this.#lookout.measure();
    // A limit that was asked for and cannot be kept is no limit.
    const isAsked = this.#config.minFree.kind !== "default";
    if (isAsked && this.#shared.freeBytes === undefined) {
      throw new Problem(
        "cannot find out how much of the disk is free",
        "allow it with --allow-sys=statfs, or leave --min-free out",
      );
    }
    this.#threads.start(this.#run, this.#lookout.listenOn);
    const threads = Promise.all([this.#ready.promise, this.#started.promise]);
    await within(withinMs, threads, explainSilence(withinMs));
    const { metrics } = this.#config;
    this.#metrics = metrics && new MetricsServer(
      metrics,
      () => this.#threads.order({ kind: "measure" }),
    );
    await this.#lookout.begin();
  }

  #onNews(news: FrontNews): void {
    const { port } = this.#config;
    switch (news.kind) {
      case "listening":
        return this.#started.resolve();
      case "failed":
        return this.#started.reject(explainListen(news, news.hostname, port));
      case "want-thread":
        return this.#threads.add(this.#run);
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

  #onTransferNews(news: TransferNews): void {
    if (news.kind === "ready") this.#ready.resolve();
    else this.#onCrash(news.message);
  }

  #onCrash(message: string): void {
    const crash = new Error(`The server crashed: ${message}`);
    this.#started.reject(crash);
    this.#ready.reject(crash);
    this.#ended.reject(crash);
    this.#leave();
  }

  async #leave(): Promise<void> {
    this.#lookout.stop();
    this.#threads.terminate();
    await this.#metrics?.close();
    await within(DISK_WITHIN_MS, this.#lookout.settle(), silentDisk()).catch(
      () => {},
    );
  }

  async #end(): Promise<void> {
    this.#lookout.stop();
    try {
      const left = this.#lookout.settle().then(() => this.#run.end());
      await within(DISK_WITHIN_MS, left, silentDisk());
    } catch (error) {
      this.#trouble("cannot leave the directory in order", error);
    }
    this.#threads.order({ kind: "close" });
  }

  #trouble(what: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#tell({ kind: "trouble", message: `${what}: ${reason}` });
  }

  #tell(event: Event): void {
    this.#threads.order({ kind: "tell", event });
  }
}

/** Whether receipts can be written is known before anybody sends a file. */
async function tryReceipts(path: string): Promise<void> {
  try {
    await (await ReceiptLog.open(path)).close();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem(
      reason,
      "name a file that can be written with --receipts",
      { cause: error },
    );
  }
}

function silentDisk(): Error {
  return new Error("the disk does not answer");
}

/**
 * Waits for something, but not for ever.
 *
 * @param error What is thrown then.
 */
async function within(
  ms: number,
  work: Promise<unknown>,
  error: Error,
): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(error), ms);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
