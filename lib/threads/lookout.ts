/**
 * Looks at what changes while a server runs: the free space, the upload
 * directory, what earlier runs left there, and the addresses of this machine.
 *
 * @module
 */

import { textOf } from "../problem.ts";
import { findUnmeetable, measureFree } from "../storage/space.ts";
import { listenOn } from "./own_addresses.ts";
import type { Threads, ThreadsOptions } from "./threads.ts";

/**
 * How often it looks: uploads take from the free space in between, and are
 * refused so soon when the directory is gone.
 */
const LOOK_EVERY_MS = 1_000;

/** What a lookout looks after. */
export type LookoutOptions = Pick<ThreadsOptions, "config" | "run" | "shared">;

/** Looks around once a second. */
export class Lookout {
  readonly #options: LookoutOptions;
  readonly #threads: Threads;
  /** Each at most once at a time, however long the disk takes. */
  #measuring: Promise<void> | undefined;
  #looking: Promise<void> | undefined;
  #sweeping: Promise<void> | undefined;
  #isThere = true;
  #listenOn: readonly string[];
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Finds out where to listen, and begins with nothing else. */
  constructor(options: LookoutOptions, threads: Threads) {
    this.#options = options;
    this.#threads = threads;
    this.#listenOn = listenOn(options.config, options.config.port);
  }

  /** The addresses to listen on. */
  get listenOn(): readonly string[] {
    return this.#listenOn;
  }

  /** Measures the free space. */
  async measure(): Promise<void> {
    const { config: { directory, minFree }, shared } = this.#options;
    shared.freeBytes = await measureFree(directory, minFree);
    this.#measuring = undefined;
  }

  /** Begins to look around, and cleans up what earlier runs left. */
  async begin(): Promise<void> {
    await this.#warnIfUnmeetable();
    this.#timer = setInterval(() => {
      this.#measuring ??= this.measure();
      this.#looking ??= this.#lookAtDirectory();
      this.#lookAtAddresses();
    }, LOOK_EVERY_MS);
    this.#sweeping = this.#sweep();
  }

  /** Looks no more; what the disk was asked goes on. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Waits for what the disk was asked. */
  async settle(): Promise<void> {
    await Promise.all([this.#measuring, this.#looking, this.#sweeping]);
  }

  async #warnIfUnmeetable(): Promise<void> {
    const { config: { directory, minFree } } = this.#options;
    const found = await findUnmeetable(directory, minFree);
    if (found === undefined) return;
    const { reserveBytes, totalBytes } = found;
    const message =
      `--min-free can never be met: ${reserveBytes} bytes shall ` +
      `stay free, the disk has ${totalBytes} in all; nothing will be stored`;
    this.#threads.tell({ kind: "trouble", message });
  }

  async #lookAtDirectory(): Promise<void> {
    const { config: { directory: path }, run } = this.#options;
    const isThere = await run.isThere();
    this.#looking = undefined;
    if (isThere === this.#isThere) return;
    this.#isThere = isThere;
    this.#threads.order({ kind: "directory", path, isThere });
  }

  #lookAtAddresses(): void {
    const { config } = this.#options;
    const found = listenOn(config, config.port);
    if (`${found}` === `${this.#listenOn}`) return;
    this.#listenOn = found;
    this.#threads.order({ kind: "addresses", listenOn: found });
  }

  async #sweep(): Promise<void> {
    const { run } = this.#options;
    try {
      const { removed, left } = await run.sweep();
      if (removed > 0) this.#threads.tell({ kind: "swept", parts: removed });
      if (left > 0) this.#threads.tell({ kind: "left", parts: left });
    } catch (error) {
      const message = "cannot remove unfinished uploads of earlier runs: " +
        textOf(error);
      this.#threads.tell({ kind: "trouble", message });
    }
  }
}
