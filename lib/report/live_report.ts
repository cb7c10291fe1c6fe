/**
 * Shows the running uploads below the log.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { Event, Report } from "./event.ts";
import {
  foldLive,
  layoutLive,
  type TerminalSize,
  type Uploads,
} from "./live.ts";

/** As often as anybody can read a number. */
const DRAW_EVERY_MS = 250;

/** Where the uploads are shown; see {@linkcode Screen}. */
export interface Canvas {
  /** Draws lines in place of those drawn before. */
  draw(lines: readonly string[]): void;
}

/** A report that hands on everything, and shows what is under way. */
export class LiveReport implements Report {
  readonly packets: boolean;
  readonly #report: Report;
  readonly #canvas: Canvas;
  readonly #size: () => TerminalSize;
  readonly #clock: Clock;
  readonly #uploads: Uploads = new Map();
  #cancel: (() => void) | undefined;

  /**
   * Makes one before another.
   *
   * @param report The other one.
   * @param canvas Where to draw.
   * @param size Says how large the terminal is by now.
   */
  constructor(
    report: Report,
    canvas: Canvas,
    size: () => TerminalSize,
    clock: Clock,
  ) {
    this.packets = report.packets;
    this.#report = report;
    this.#canvas = canvas;
    this.#size = size;
    this.#clock = clock;
  }

  /** Takes one event. */
  add(event: Event): void {
    this.#report.add(event);
    foldLive(this.#uploads, event, this.#clock.now());
    if (event.kind === "stopped") this.#uploads.clear();
    if (this.#uploads.size > 0) {
      this.#cancel ??= this.#clock.after(DRAW_EVERY_MS, this.#draw);
    } else if (this.#cancel !== undefined) {
      this.#cancel();
      this.#cancel = undefined;
      this.#canvas.draw([]);
    }
  }

  readonly #draw = (): void => {
    this.#cancel = this.#clock.after(DRAW_EVERY_MS, this.#draw);
    const now = this.#clock.now();
    this.#canvas.draw(layoutLive(this.#uploads, this.#size(), now));
  };
}
