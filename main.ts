/**
 * wotftp, a TFTP server that only receives: from the command line to the exit
 * code.
 *
 * @module
 */

import type { ServeSettings } from "./lib/cli/flags.ts";
import { type Command, parseCommandLine } from "./lib/cli/parse.ts";
import { SystemClock } from "./lib/clock.ts";
import type { LogFormat } from "./lib/config.ts";
import { EXIT } from "./lib/exit.ts";
import { readWaiting } from "./lib/expect_file.ts";
import { Problem, textOf } from "./lib/problem.ts";
import { complaintLines, warningLine } from "./lib/report/complaint.ts";
import { LogWriter } from "./lib/report/log_writer.ts";
import { ERASE } from "./lib/report/screen.ts";
import { isWatched } from "./lib/report/watched.ts";
import { readStopKey } from "./lib/stop_key.ts";
import { Server } from "./lib/threads/server.ts";
import config from "./deno.json" with { type: "json" };

const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];
/**
 * One Ctrl-C arrives twice under `deno task`: from the terminal, which signals
 * all processes, and from the task runner, which passes it on. Nobody presses
 * twice this fast.
 */
const SAME_KEYPRESS_MS = 200;
/** Removing what running uploads left takes milliseconds, or a broken disk. */
const STOP_WITHIN_MS = 1_000;
/** How long the end waits for whoever reads what was printed. */
const FLUSH_MS = 1_000;
/** How long it waits for a terminal to be cleaned. */
const ERASE_MS = 200;

const log = new LogWriter(
  (bytes) => Deno.stderr.write(bytes),
  new SystemClock(),
);

async function run(command: Command): Promise<number> {
  switch (command.kind) {
    case "help":
      return answer(command.text);
    case "version":
      return answer(`wotftp ${config.version}\n`);
    case "wrong":
      complain(command.message, command.hint);
      return EXIT.usage;
    case "serve": {
      const { settings } = command;
      return await explained(() => serveShown(settings), settings.logFormat);
    }
    default:
      return await explained(async () => {
        // A server that runs for months need not hold them.
        const { runClient } = await import("./lib/client/commands.ts");
        const print = (line: string) => log.add(line);
        return await runClient(command, {
          ...{ answer, complain, print, warn, listenForSignals },
        });
      });
  }
}

/** Says why something could not be done, and what leads out. */
async function explained(
  act: () => Promise<number>,
  format: LogFormat = "plain",
): Promise<number> {
  try {
    return await act();
  } catch (error) {
    const hint = error instanceof Problem ? error.hint : undefined;
    complain(textOf(error), hint, format);
    return EXIT.failure;
  }
}

/** Whatever becomes of the server, nothing is left of what a terminal shows. */
async function serveShown(settings: ServeSettings): Promise<number> {
  try {
    return await serve(settings);
  } finally {
    if (isWatched(settings)) {
      const erased = Deno.stderr.write(new TextEncoder().encode(ERASE));
      // A terminal may be stopped.
      await Promise.race([erased, pause(ERASE_MS)]);
    }
  }
}

async function serve(settings: ServeSettings): Promise<number> {
  const { stopKeyFile, once: _, ...others } = settings;
  const { count, expectFile, withinMs, ...config } = others;
  const stopKey = stopKeyFile === undefined
    ? undefined
    : await readStopKey(stopKeyFile, (it) => warn(it, config.logFormat));
  const waiting = await readWaiting({ count, expectFile, withinMs });
  const running = Promise.withResolvers<Server>();
  if (Deno.build.os !== "windows") outliveHangup(running.promise);
  // Before the start, so that no signal finds nobody.
  const signals = listenForSignals();
  // A disk that does not answer may keep it from starting for ever.
  const server = await Promise.race([
    Server.start({ config, stopKey, waiting }),
    signals.first.then(() => pause(STOP_WITHIN_MS)),
  ]);
  if (server === undefined) return EXIT.interrupted;
  running.resolve(server);
  signals.first.then(() => server.drain());
  let isInterrupted = false;
  const gaveUp = Promise.withResolvers<void>();
  signals.second.then(() => {
    isInterrupted = true;
    server.stop();
    setTimeout(gaveUp.resolve, STOP_WITHIN_MS);
  });
  const isComplete = await Promise.race([server.ended, gaveUp.promise]);
  if (isInterrupted) return EXIT.interrupted;
  return isComplete ? EXIT.ok : EXIT.failure;
}

/** The first signal lets running uploads end, the second one does not. */
function listenForSignals(): { first: Promise<void>; second: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let firstAt: number | undefined;
  const onSignal = () => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      first.resolve();
    } else if (now - firstAt > SAME_KEYPRESS_MS) {
      second.resolve();
    }
  };
  for (const signal of STOP_SIGNALS) Deno.addSignalListener(signal, onSignal);
  return { first: first.promise, second: second.promise };
}

/**
 * A terminal that is closed and a log that is rotated send SIGHUP, which would
 * end the process; under `nohup` nobody is to notice it at all.
 */
function outliveHangup(running: Promise<Server>): void {
  Deno.addSignalListener("SIGHUP", () => {
    running.then((server) => server.hangUp());
  });
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}

/** Prints what was asked for. */
function answer(text: string): number {
  let rest = new TextEncoder().encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
    return EXIT.ok;
  } catch (error) {
    log.add(`wotftp: error: cannot print the answer: ${textOf(error)}`);
    return EXIT.failure;
  }
}

function complain(
  message: string,
  hint: string | undefined,
  format: LogFormat = "plain",
): void {
  const lines = complaintLines(format, Date.now(), message, hint);
  for (const line of lines) log.add(line);
}

function warn(message: string, format: LogFormat = "plain"): void {
  log.add(warningLine(format, Date.now(), message));
}

if (import.meta.main) {
  const code = await run(parseCommandLine(Deno.args));
  await log.flush(FLUSH_MS);
  Deno.exit(code);
}
