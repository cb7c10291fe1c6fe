/**
 * Starts the front's thread and the transfer threads, each with the rights it
 * needs and no others, and notices when one of them crashes. Where all uploads
 * share the listening ports, they are one.
 *
 * All are started from the main thread: a thread of a thread takes a second to
 * start in Deno.
 *
 * @module
 */

import type { ServerConfig } from "../config.ts";
import type {
  FrontAssignment,
  FrontNews,
  FrontOrder,
} from "../front/message.ts";
import type { Waiting } from "../policy/expected.ts";
import type { Shared } from "../shared.ts";
import type { Run } from "../storage/run.ts";
import type { TransferAssignment, TransferNews } from "../transfer/message.ts";
import { ownAddresses } from "./own_addresses.ts";
import { frontRights, transferRights } from "./rights.ts";

/** The modules of the threads. */
export interface Entries {
  /** The front's. */
  readonly front: URL;
  /** That of transfer threads. */
  readonly transfer: URL;
}

const ENTRIES: Entries = {
  front: new URL("../front/worker.ts", import.meta.url),
  transfer: new URL("../transfer/worker.ts", import.meta.url),
};

/** Front and uploads as one thread. */
const SINGLE_PORT = new URL("./worker.ts", import.meta.url);

/**
 * From the one thread of a server whose uploads share the listening ports; if it
 * cannot store anything, it crashes.
 */
export type SinglePortNews =
  | FrontNews
  | Extract<TransferNews, { kind: "ready" }>;

/** What the threads are to do. */
export interface ThreadsOptions {
  /** What the server is to do; the directory's path is absolute. */
  readonly config: ServerConfig;
  /** The key that stops the server from afar; without one nobody can. */
  readonly stopKey: Uint8Array<ArrayBuffer> | undefined;
  /** What is waited for; without it the server goes on for ever. */
  readonly waiting?: Waiting | undefined;
  /** Other modules, to test what becomes of a crash. */
  readonly entries?: Entries | undefined;
  /** The run that holds the directory's lock. */
  readonly run: Run;
  /** Numbers that all threads see. */
  readonly shared: Shared;
  /** Called with what the front tells. */
  onNews(news: FrontNews): void;
  /** Called when the first transfer thread can store. */
  onReady(): void;
  /** Called when there is a mistake in the code of a thread. */
  onCrash(message: string): void;
}

/** All threads but the main one. */
export class Threads {
  readonly #options: ThreadsOptions;
  readonly #front: Worker;
  readonly #transfers: Worker[] = [];

  /**
   * Starts the front's thread and one transfer thread; they do nothing yet.
   *
   * @throws {Deno.errors.NotCapable} If the program itself may not do what they
   * have to.
   */
  constructor(options: ThreadsOptions) {
    const { config, entries = ENTRIES, onCrash, onReady } = options;
    this.#options = options;
    const isStoppable = options.stopKey !== undefined;
    if (config.isSinglePort) {
      this.#front = this.#spawn<SinglePortNews>(
        SINGLE_PORT,
        transferRights(config, isStoppable),
        (news) => news.kind === "ready" ? onReady() : this.#onNews(news),
      );
      this.#transfers.push(this.#front);
      return;
    }
    this.#front = this.#spawn<FrontNews>(
      entries.front,
      frontRights(config, isStoppable),
      (news) => this.#onNews(news),
    );
    try {
      this.#addTransfer((news) =>
        news.kind === "ready" ? onReady() : onCrash(news.message)
      );
    } catch (error) {
      this.terminate();
      throw error;
    }
  }

  /** Sets these two to work, on the addresses to listen on. */
  start(listenOn: readonly string[]): void {
    const { config, shared, stopKey, waiting } = this.#options;
    const channel = this.#startTransfer();
    const assignment: FrontAssignment = {
      config,
      listenOn,
      addresses: ownAddresses(config),
      maxThreads: config.isSinglePort ? 1 : config.threads ?? usualThreads(),
      shared: shared.memory,
      ...{ stopKey, waiting, channel },
    };
    this.#front.postMessage({ kind: "start", assignment }, [channel]);
  }

  /** Tells the front what to do. */
  order(order: Exclude<FrontOrder, { kind: "start" | "thread" }>): void {
    this.#front.postMessage(order);
  }

  /** Has the front tell something. */
  tell(event: Extract<FrontOrder, { kind: "tell" }>["event"]): void {
    this.order({ kind: "tell", event });
  }

  /** Ends all of them at once, whatever they do. */
  terminate(): void {
    for (const worker of [this.#front, ...this.#transfers]) worker.terminate();
  }

  #onNews(news: FrontNews): void {
    if (news.kind === "want-thread") this.#addOneMore();
    else this.#options.onNews(news);
  }

  /**
   * The front hears of one more thread once it can work. One that cannot, for
   * want of descriptors for instance, is let go, and those there are go on.
   */
  #addOneMore(): void {
    let isReady = false;
    const giveUp = (reason: string) => {
      worker.terminate();
      const message = `cannot start one more thread for uploads: ${reason}`;
      this.tell({ kind: "trouble", message });
    };
    const worker = this.#addTransfer(
      (news) => {
        if (news.kind === "failed") return giveUp(news.message);
        isReady = true;
        this.#front.postMessage({ kind: "thread", channel }, [channel]);
      },
      (message) => isReady ? this.#options.onCrash(message) : giveUp(message),
    );
    const channel = this.#startTransfer();
  }

  #addTransfer(
    onNews: (news: TransferNews) => void,
    onCrash?: (message: string) => void,
  ): Worker {
    const { config, entries = ENTRIES } = this.#options;
    const rights = transferRights(config);
    const worker = this.#spawn(entries.transfer, rights, onNews, onCrash);
    this.#transfers.push(worker);
    return worker;
  }

  /** @returns The front's end of the channel to the latest thread. */
  #startTransfer(): MessagePort {
    const { config, run: { id: run, identity }, shared } = this.#options;
    const { directory: path, isSynced, maxBufferBytes } = config;
    const thread = this.#transfers.length - 1;
    const { port1, port2 } = new MessageChannel();
    const assignment: TransferAssignment = {
      config,
      directory: { path, identity, run, thread, isSynced, maxBufferBytes },
      shared: shared.memory,
      channel: port2,
    };
    this.#transfers[thread]?.postMessage(assignment, [port2]);
    return port1;
  }

  #spawn<News>(
    entry: URL,
    permissions: Deno.PermissionOptionsObject,
    onNews: (news: News) => void,
    onCrash = this.#options.onCrash,
  ): Worker {
    const worker = new Worker(entry, { type: "module", deno: { permissions } });
    worker.onmessage = ({ data }: MessageEvent<News>) => onNews(data);
    worker.onerror = (event) => {
      event.preventDefault();
      onCrash(event.message);
    };
    return worker;
  }
}

/**
 * One processor is for the front and the system. On two, a second thread gains
 * nothing, and takes 1.2 times the processor time of each upload.
 */
function usualThreads(): number {
  return Math.max(1, navigator.hardwareConcurrency - 1);
}
