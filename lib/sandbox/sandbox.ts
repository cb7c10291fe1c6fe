/**
 * Runs the server in a worker with the rights it needs and no others. The
 * directory and the addresses are only known when the program runs, and a
 * program cannot narrow its own rights to them; but it can start a worker that
 * has no more.
 *
 * @module
 */

import { resolve } from "@std/path";
import { PortThread } from "../port/thread.ts";
import type { ServerConfig } from "../server/config.ts";
import {
  explainDirectory,
  explainListen,
  StartError,
} from "../server/start_error.ts";
import type { Answer, Assignment, Order } from "./message.ts";
import { permissionsFor, portNetFor, sources } from "./permissions.ts";

const ENTRY = new URL("./worker.ts", import.meta.url);

/** A server in its sandbox, and the thread that reads its port. */
export class Sandbox {
  readonly #worker: Worker;
  readonly #portThread: PortThread;
  readonly #started = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<void>();

  private constructor(
    entry: URL,
    permissions: Deno.PermissionOptionsObject,
    portNet: "inherit" | string[],
  ) {
    this.#portThread = PortThread.start(
      portNet,
      (event) => this.#onCrash(event),
    );
    try {
      const deno = { permissions };
      this.#worker = new Worker(entry, { type: "module", deno });
    } catch (error) {
      this.#portThread.terminate();
      throw error;
    }
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) =>
      this.#onAnswer(data);
    this.#worker.onerror = (event) => this.#onCrash(event);
    // Whoever waits for the start is told there.
    this.#stopped.promise.catch(() => {});
  }

  /**
   * Starts a server.
   *
   * @param assignment What it is to be.
   * @param entry The worker's module.
   * @throws {StartError} If the server cannot start.
   */
  static async start(
    assignment: Assignment,
    entry: URL = ENTRY,
  ): Promise<Sandbox> {
    const { config, stopKey } = assignment;
    const directory = resolve(config.directory);
    const permissions = permissionsFor(
      { ...config, directory },
      sources(),
      await mayUse({ name: "sys", kind: "statfs" }) ? ["statfs"] : [],
    );
    const portNet = portNetFor(config, stopKey !== undefined);
    let sandbox: Sandbox;
    try {
      sandbox = new Sandbox(entry, permissions, portNet);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
      throw await explainLackingRights(error, directory, config);
    }
    const { channel } = sandbox.#portThread;
    sandbox.#order({ kind: "start", assignment, channel }, [channel]);
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

  #order(order: Order, transfer: Transferable[] = []): void {
    this.#worker.postMessage(order, transfer);
  }

  #onCrash(event: ErrorEvent): void {
    event.preventDefault();
    const crash = new Error(`The server crashed: ${event.message}`);
    this.#started.reject(crash);
    this.#stopped.reject(crash);
    this.#terminate();
  }

  #terminate(): void {
    this.#worker.terminate();
    this.#portThread.terminate();
  }

  #onAnswer(answer: Answer): void {
    switch (answer.kind) {
      case "started":
        return this.#started.resolve();
      case "failed":
        this.#terminate();
        return this.#started.reject(
          new StartError(answer.message, answer.hint),
        );
      case "stopped":
        this.#terminate();
        return this.#stopped.resolve();
    }
  }
}

async function mayUse(right: Deno.PermissionDescriptor): Promise<boolean> {
  return (await Deno.permissions.query(right)).state === "granted";
}

/** The sandbox cannot have rights that the program does not have. */
async function explainLackingRights(
  error: Error,
  path: string,
  { directory, hostname, port }: ServerConfig,
): Promise<StartError> {
  for (const name of ["read", "write"] as const) {
    if (!await mayUse({ name, path })) {
      return explainDirectory(
        new Error(error.message, { cause: error }),
        directory,
      );
    }
  }
  return explainListen(error, hostname, port);
}
