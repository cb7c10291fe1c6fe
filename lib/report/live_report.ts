/**
 * Shows the running uploads below the log.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { Report } from "./event.ts";
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

/** Makes a report that hands on everything, and shows what is under way. */
export function liveReport(
  report: Report,
  canvas: Canvas,
  size: () => TerminalSize,
  clock: Clock,
): Report {
  const uploads: Uploads = new Map();
  let cancel: (() => void) | undefined;
  const draw = () => {
    cancel = clock.after(DRAW_EVERY_MS, draw);
    canvas.draw(layoutLive(uploads, size(), clock.now()));
  };
  return {
    packets: report.packets,
    add(event) {
      report.add(event);
      foldLive(uploads, event, clock.now());
      if (event.kind === "stopped") uploads.clear();
      if (uploads.size > 0) {
        cancel ??= clock.after(DRAW_EVERY_MS, draw);
      } else if (cancel !== undefined) {
        cancel();
        cancel = undefined;
        canvas.draw([]);
      }
    },
  };
}
