/**
 * Runs the server in a worker with the rights it needs and no others. The
 * directory and the addresses are only known when the program runs, and a
 * program cannot narrow its own rights to them; but it can start a worker that
 * has no more.
 *
 * @module
 */

import { resolve } from "@std/path";
import type { ServerConfig } from "../server/config.ts";
import {
  explainDirectory,
  explainListen,
  StartError,
} from "../server/start_error.ts";
import type { Answer, Order } from "./message.ts";
import { permissionsFor, sources } from "./permissions.ts";

type StartOrder = Extract<Order, { kind: "start" }>;

const ENTRY = new URL("./worker.ts", import.meta.url);

/** A server in its sandbox. */
export class Sandbox {
  readonly #worker: Worker;
  readonly #started = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<void>();

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#onAnswer(data);
    worker.onerror = (event) => {
      event.preventDefault();
      const crash = new Error(`The server crashed: ${event.message}`);
      this.#started.reject(crash);
      this.#stopped.reject(crash);
    };
    // Whoever waits for the start is told there.
    this.#stopped.promise.catch(() => {});
  }

  /**
   * Starts a server.
   *
   * @param order What it is to do.
   * @param entry The worker's module.
   * @throws {StartError} If the server cannot start.
   */
  static async start(
    order: StartOrder,
    entry: URL = ENTRY,
  ): Promise<Sandbox> {
    const { config } = order;
    const directory = resolve(config.directory);
    const permissions = permissionsFor({ ...config, directory }, sources());
    let worker: Worker;
    try {
      worker = new Worker(entry, { type: "module", deno: { permissions } });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
      throw await explainLackingRights(error, directory, config);
    }
    const sandbox = new Sandbox(worker);
    sandbox.#order(order);
    await sandbox.#started.promise;
    return sandbox;
  }

  /** Resolves when the server has ended in order; rejects if it crashes. */
  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  /** Takes no more requests and lets running uploads end. */
  drain(): void {
    this.#order({ kind: "drain" });
  }

  /** Ends at once; running uploads fail and leave nothing. */
  stop(): void {
    this.#order({ kind: "stop" });
  }

  #order(order: Order): void {
    this.#worker.postMessage(order);
  }

  #onAnswer(answer: Answer): void {
    switch (answer.kind) {
      case "started":
        return this.#started.resolve();
      case "failed":
        this.#worker.terminate();
        return this.#started.reject(
          new StartError(answer.message, answer.hint),
        );
      case "stopped":
        this.#worker.terminate();
        return this.#stopped.resolve();
    }
  }
}

/** The sandbox cannot have rights that the program does not have. */
async function explainLackingRights(
  error: Error,
  path: string,
  { directory, hostname, port }: ServerConfig,
): Promise<StartError> {
  for (const name of ["read", "write"] as const) {
    const { state } = await Deno.permissions.query({ name, path });
    if (state !== "granted") {
      return explainDirectory(
        new Error(error.message, { cause: error }),
        directory,
      );
    }
  }
  return explainListen(error, hostname, port);
}
