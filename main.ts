/**
 * wotftp, a TFTP server that only receives: from the command line to the exit
 * code.
 *
 * @module
 */

import { type Command, parseCommandLine } from "./lib/cli.ts";
import { HELP } from "./lib/flags.ts";
import { formatEndpoint } from "./lib/policy/address.ts";
import { Sandbox } from "./lib/sandbox/sandbox.ts";
import { StartError } from "./lib/server/start_error.ts";
import { readStopKey, StopKey } from "./lib/stop/key.ts";
import { stopServer } from "./lib/stop/stopper.ts";
import config from "./deno.json" with { type: "json" };

/** Exit codes; usage errors have their own, as everywhere on Unix. */
const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const;
const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];
/**
 * One Ctrl-C arrives twice under `deno task`: from the terminal, which signals
 * all processes, and from the task runner, which passes it on. Nobody presses
 * twice this fast.
 */
const SAME_KEYPRESS_MS = 200;
/** Removing what running uploads left takes milliseconds, or a broken disk. */
const STOP_WITHIN_MS = 1_000;

async function run(command: Command): Promise<number> {
  switch (command.kind) {
    case "help":
      // deno-lint-ignore no-console -- asked for.
      console.log(HELP.trimEnd());
      return EXIT.ok;
    case "version":
      // deno-lint-ignore no-console -- asked for.
      console.log(`wotftp ${config.version}`);
      return EXIT.ok;
    case "wrong":
      complain(command.message, command.hint);
      return EXIT.usage;
    case "serve":
      return await explained(() => serve(command));
    case "stop":
      return await explained(() => stop(command));
  }
}

/** Says why something could not be done, and what leads out. */
async function explained(act: () => Promise<number>): Promise<number> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof StartError) complain(error.message, error.hint);
    else {print(
        `wotftp: error: ${error instanceof Error ? error.message : error}`,
      );}
    return EXIT.failure;
  }
}

async function serve(
  { config, verbosity, stopKeyFile }: Extract<Command, { kind: "serve" }>,
): Promise<number> {
  const stopKey = stopKeyFile === undefined
    ? undefined
    : await readStopKey(stopKeyFile);
  // Before the start, so that no signal finds nobody.
  const signals = listenForSignals();
  const sandbox = await Sandbox.start({ config, verbosity, stopKey });
  signals.first.then(() => sandbox.drain());
  let code: number = EXIT.ok;
  const gaveUp = Promise.withResolvers<void>();
  signals.second.then(() => {
    code = EXIT.interrupted;
    sandbox.stop();
    setTimeout(gaveUp.resolve, STOP_WITHIN_MS);
  });
  await Promise.race([sandbox.stopped, gaveUp.promise]);
  return code;
}

async function stop(
  { stopKeyFile, ...server }: Extract<Command, { kind: "stop" }>,
): Promise<number> {
  const key = await StopKey.from(await readStopKey(stopKeyFile));
  const outcome = await stopServer(key, server, (uploads) => {
    if (uploads > 0) print(`wotftp: waiting for ${uploads} uploads to end`);
  });
  const where = formatEndpoint(server.hostname, server.port);
  switch (outcome) {
    case "stopped":
      print(`wotftp: the server on ${where} has stopped`);
      return EXIT.ok;
    case "gone":
      print(`wotftp: the server on ${where} was stopping and is gone`);
      return EXIT.ok;
    case "refused":
      complain(
        `the server on ${where} does not accept the key`,
        "give both the same --stop-key-file; their clocks must agree too",
      );
      return EXIT.failure;
    case "silent":
      complain(
        `no server on ${where} answers`,
        "check --port and --bind; it must run with --stop-key-file",
      );
      return EXIT.failure;
  }
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

function complain(message: string, hint: string): void {
  print(`wotftp: error: ${message}`);
  print(`wotftp: hint: ${hint}`);
}

function print(line: string): void {
  try {
    // deno-lint-ignore no-console -- the one way to the operator.
    console.error(line);
  } catch {
    // The log is on a full disk; the exit code still tells.
  }
}

if (import.meta.main) Deno.exit(await run(parseCommandLine(Deno.args)));
