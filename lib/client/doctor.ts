/**
 * `wotftp doctor`: looks whether a server with these flags would work here, and
 * says how devices send to it. It leaves everything as it was.
 *
 * @module
 */

import type { ServerConfig } from "../config.ts";
import { readWaiting } from "../expect_file.ts";
import type { WaitOrder } from "../orders.ts";
import { formatEndpoint } from "../policy/address.ts";
import { hasField } from "../policy/name_template.ts";
import { templateOf } from "../policy/naming.ts";
import { readStopKey } from "../stop_key.ts";
import { listenOn } from "../threads/own_addresses.ts";
import { commandsFor } from "./doctor_commands.ts";
import { tryUploads } from "./doctor_loop.ts";
import { checkRights, judgeClock } from "./doctor_machine.ts";
import { addressesOf, checkBuffer, checkPort } from "./doctor_network.ts";
import { checkDirectory, checkSpace } from "./doctor_storage.ts";
import {
  describeAll,
  describeCommands,
  describeFinding,
  type Finding,
  type Found,
  problemOf,
  type Verdict,
  worstOf,
} from "./doctor_text.ts";

/** The server as it would be started. */
export interface DoctorOrder extends ServerConfig, WaitOrder {
  /** The file with the key that stops it, if it is to have one. */
  readonly stopKeyFile: string | undefined;
}

/** A disk that takes longer serves nobody. */
const DISK_WITHIN_MS = 10_000;
/** The start and the end of a server among it. */
const UPLOADS_WITHIN_MS = 30_000;

/**
 * Looks at everything.
 *
 * @returns How bad the worst finding is; `undefined` if it was broken off.
 */
export async function examine(
  order: DoctorOrder,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<Verdict | undefined> {
  const all: Finding[] = [];
  const addresses = addressesOf(order);
  for await (const finding of look(order, addresses, signal)) {
    if (signal.aborted) return undefined;
    all.push(finding);
    print(describeFinding(finding));
  }
  print("");
  for (const line of adviseOn(addresses, order.port)) print(line);
  print("");
  print(describeAll(all));
  return worstOf(all);
}

async function* look(
  order: DoctorOrder,
  addresses: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const { directory, port, minFree } = order;
  yield* await soon("rights", checkRights);
  const storage = await soon("directory", () => checkDirectory(directory));
  yield* storage;
  const hasStorage = worstOf(storage) === "ok";
  if (hasStorage) {
    yield* await soon("free space", () => checkSpace(directory, minFree));
  }
  const isDated = hasField(templateOf(order), "date", "time", "stamp");
  yield { subject: "clock", ...judgeClock(new Date(), isDated) };
  yield* await soon("stop key", () => checkStopKey(order));
  yield* await soon("expected", () => checkExpected(order));
  yield* await soon("port", () => checkPort(listenOn(order, port), port));
  yield* await soon("kernel buffer", checkBuffer);
  // Without a directory there is no server to try.
  if (!hasStorage) return;
  const upload = () => tryUploads(order, addresses, signal);
  yield* await soon("upload", upload, UPLOADS_WITHIN_MS);
}

async function checkStopKey({ stopKeyFile }: DoctorOrder): Promise<Found[]> {
  if (stopKeyFile === undefined) return [];
  const warnings: Found[] = [];
  await readStopKey(stopKeyFile, (message) => {
    warnings.push({ verdict: "warning", message });
  });
  if (warnings.length > 0) return warnings;
  return [{ verdict: "ok", message: `"${stopKeyFile}" holds a key` }];
}

async function checkExpected(order: DoctorOrder): Promise<Found[]> {
  const { expectFile } = order;
  if (expectFile === undefined) return [];
  const waiting = await readWaiting(order);
  const lines = waiting?.expectation.patterns.length ?? 0;
  const message =
    `"${expectFile}" names whose uploads are expected, ${lines} in all`;
  return [{ verdict: "ok", message }];
}

/** Waits for what is found, but not for ever; what is thrown is found, too. */
async function soon(
  subject: string,
  check: () => Promise<Found | readonly Found[]>,
  withinMs = DISK_WITHIN_MS,
): Promise<Finding[]> {
  const { promise, resolve } = Promise.withResolvers<Found>();
  const timer = setTimeout(() =>
    resolve({
      verdict: "problem",
      message: `there was no end to it within ${withinMs / 1_000} seconds`,
      hint: "does the disk answer, or the machine that has it?",
    }), withinMs);
  const found = await Promise.race([check().catch(problemOf), promise]);
  clearTimeout(timer);
  return [found].flat().map((it) => ({ subject, ...it }));
}

function adviseOn(addresses: readonly string[], port: number): string[] {
  const [address = "", ...others] = addresses;
  if (port === 0) {
    return [
      "With --port 0 the port is known when the server starts, and how " +
      'to upload: "wotftp doctor" tells for another --port.',
    ];
  }
  const where = formatEndpoint(address, port);
  return describeCommands(
    others.length === 0 ? where : `${where} (or to ${others.join(", ")})`,
    commandsFor(address, port),
  );
}
