/**
 * What the program does besides serving: each command from its settings to the
 * exit code.
 *
 * @module
 */

import { EXIT } from "../exit.ts";
import type { PutOrder, StopOrder, VerifyOrder } from "../orders.ts";
import { formatEndpoint } from "../policy/address.ts";
import { readStopKey, StopKey } from "../stop_key.ts";
import { type DoctorOrder, examine } from "./doctor.ts";
import { stderrTerminal } from "./progress.ts";
import { put } from "./put.ts";
import { stopServer } from "./stop.ts";
import { describeFinding, isSerious, verify } from "./verify.ts";

/** A command and its settings. */
export type ClientCommand =
  | { readonly kind: "doctor"; readonly settings: DoctorOrder }
  | { readonly kind: "stop"; readonly settings: StopOrder }
  | { readonly kind: "verify"; readonly settings: VerifyOrder }
  | { readonly kind: "put"; readonly settings: PutOrder };

/** How commands talk to whoever called them. */
export interface CommandIo {
  /**
   * Prints what was asked for.
   *
   * @returns The exit code.
   */
  answer(text: string): number;
  /** Says what is wrong, and what leads out. */
  complain(message: string, hint: string | undefined): void;
  /** Says what happens. */
  print(line: string): void;
  /** Says what is dangerous. */
  warn(message: string): void;
  /** Waits for the first and the second signal that ask for the end. */
  listenForSignals(): { first: Promise<void>; second: Promise<void> };
}

/**
 * Does what a command says.
 *
 * @returns The exit code.
 */
export async function runClient(
  command: ClientCommand,
  io: CommandIo,
): Promise<number> {
  switch (command.kind) {
    case "doctor":
      return await diagnose(command.settings, io);
    case "stop":
      return await stop(command.settings, io);
    case "put":
      return await send(command.settings, io);
    case "verify":
      return await check(command.settings, io);
  }
}

async function diagnose(settings: DoctorOrder, io: CommandIo): Promise<number> {
  let printed: number = EXIT.ok;
  const print = (line: string) => {
    if (printed === EXIT.ok) printed = io.answer(`${line}\n`);
  };
  const verdict = await interruptible(
    io,
    (signal) => examine(settings, print, signal),
  );
  if (verdict === undefined) return EXIT.interrupted;
  return verdict === "problem" ? EXIT.failure : printed;
}

async function stop(
  settings: StopOrder,
  io: CommandIo,
): Promise<number> {
  const { stopKeyFile, ...server } = settings;
  const key = await StopKey.from(await readStopKey(stopKeyFile, io.warn));
  const outcome = await stopServer(key, server, (uploads) => {
    if (uploads > 0) io.print(`wotftp: waiting for ${uploads} uploads to end`);
  });
  const where = formatEndpoint(server.hostname, server.port);
  switch (outcome) {
    case "stopped":
      io.print(`wotftp: the server on ${where} has stopped`);
      return EXIT.ok;
    case "gone":
      io.print(`wotftp: the server on ${where} was stopping and is gone`);
      return EXIT.ok;
    case "refused":
      io.complain(
        `the server on ${where} does not accept the key`,
        "give both the same --stop-key-file; their clocks must agree too",
      );
      return EXIT.failure;
    case "silent":
      io.complain(
        `no server on ${where} answers`,
        "check --port and --bind; it must run with --stop-key-file",
      );
      return EXIT.failure;
  }
}

async function check(
  settings: VerifyOrder,
  io: CommandIo,
): Promise<number> {
  const { receipts, directory } = settings;
  const { findings, intact } = await verify(receipts, directory);
  const lines = [...findings.map(describeFinding), `${intact} intact`];
  const printed = io.answer(`${lines.join("\n")}\n`);
  return findings.some(isSerious) ? EXIT.failure : printed;
}

async function send(settings: PutOrder, io: CommandIo): Promise<number> {
  const output = { ...io, terminal: stderrTerminal() };
  const outcome = await interruptible(
    io,
    (signal) => put(settings, output, signal),
  );
  const codes = {
    sent: EXIT.ok,
    failed: EXIT.failure,
    cancelled: EXIT.interrupted,
  };
  return codes[outcome ?? "cancelled"];
}

/**
 * Asks for an end at the first signal. At the second nobody waits any more for a
 * disk or a file that does not answer.
 */
async function interruptible<T>(
  io: CommandIo,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const { first, second } = io.listenForSignals();
  const abort = new AbortController();
  first.then(() => abort.abort());
  return await Promise.race([
    act(abort.signal),
    second.then(() => undefined),
  ]);
}
