/**
 * Sets up the log as a server has it: on standard error, in the form that is
 * wanted, and on a terminal with the running uploads below.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { LogConfig } from "../config.ts";
import { colored, faint, putBefore, timeWriter } from "./dress.ts";
import type { Report } from "./event.ts";
import { jsonReport } from "./json.ts";
import type { Severity } from "./level.ts";
import type { TerminalSize } from "./live.ts";
import { liveReport } from "./live_report.ts";
import { LogWriter } from "./log_writer.ts";
import { Screen } from "./screen.ts";
import { textReport } from "./text.ts";
import { isWatched } from "./watched.ts";

/** Where a terminal does not say how large it is. */
const USUAL_SIZE: TerminalSize = { columns: 80, rows: 24 };

/** A log. */
export interface Log {
  /** Writes events down. */
  readonly report: Report;
  /** Puts before a report what shows the running uploads, if that is wanted. */
  watch(report: Report): Report;
  /** Waits until all is written, but not for longer than `ms`. */
  flush(ms: number): Promise<void>;
}

/** Sets up the log. */
export function openLog(config: LogConfig, clock: Clock): Log {
  const { logFormat, verbosity } = config;
  const screen = isWatched(config)
    ? new Screen((bytes) => Deno.stderr.write(bytes))
    : undefined;
  const writer = new LogWriter(
    (bytes) => screen?.write(bytes) ?? Deno.stderr.write(bytes),
    clock,
  );
  const print = (line: string) => writer.add(line);
  const epoch = () => clock.epoch();
  return {
    report: logFormat === "json"
      ? jsonReport(verbosity, epoch, print)
      : textReport(verbosity, dress(config, epoch, print)),
    watch: (report) =>
      screen === undefined
        ? report
        : liveReport(report, screen, terminalSize, clock),
    flush: (ms) => writer.flush(ms),
  };
}

/** Puts the time before a line, and colours on a terminal. */
function dress(
  { logFormat }: LogConfig,
  epoch: () => number,
  print: (line: string) => void,
): (text: string, severity: Severity) => void {
  // Deno itself looks at NO_COLOR: that takes no right.
  const isColored = Deno.stderr.isTerminal() && !Deno.noColor;
  const paint = isColored ? colored : (text: string) => text;
  if (logFormat === "plain") {
    return (text, severity) => print(paint(text, severity));
  }
  const write = timeWriter();
  return (text, severity) => {
    const time = write(epoch());
    const before = isColored ? faint(time) : time;
    print(putBefore(text, before, (line) => paint(line, severity)));
  };
}

function terminalSize(): TerminalSize {
  try {
    const { columns, rows } = Deno.consoleSize();
    return {
      columns: columns || USUAL_SIZE.columns,
      rows: rows || USUAL_SIZE.rows,
    };
  } catch {
    return USUAL_SIZE;
  }
}
