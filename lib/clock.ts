/**
 * Time, as everything that runs is handed it: the simulation has one of its own.
 *
 * @module
 */

import { clearImmediate, setImmediate } from "node:timers";

/** A source of time. */
export interface Clock {
  /** Milliseconds of a clock that is never set; its zero means nothing. */
  now(): number;
  /** Milliseconds since 1970. */
  epoch(): number;
  /**
   * Runs something later.
   *
   * @returns Takes it back.
   */
  after(ms: number, run: () => void): () => void;
  /** Runs something as soon as what has arrived by now is dealt with. */
  soon(run: () => void): void;
}

/** The real time. */
export class SystemClock implements Clock {
  /** What is to run soon; one turn of the event loop serves all. */
  #soon: (() => void)[] = [];
  #immediate: ReturnType<typeof setImmediate> | undefined;

  now(): number {
    return performance.now();
  }

  epoch(): number {
    return Date.now();
  }

  after(ms: number, run: () => void): () => void {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  }

  soon(run: () => void): void {
    this.#soon.push(run);
    this.#immediate ??= setImmediate(this.#runAll);
  }

  /** Runs nothing any more that was put off. */
  stop(): void {
    if (this.#immediate !== undefined) clearImmediate(this.#immediate);
  }

  readonly #runAll = (): void => {
    this.#immediate = undefined;
    const due = this.#soon;
    this.#soon = [];
    for (const run of due) run();
  };
}
