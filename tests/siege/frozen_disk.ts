/**
 * A disk that stands still under the server, and goes on.
 *
 * @module
 */

import { ServerProcess } from "../process.ts";
import { Random } from "../random.ts";
import { Client } from "../stress/client.ts";
import { EVERYWHERE } from "../stress/flood.ts";
import { mebibytes, statsOf } from "../stress/process_stats.ts";
import { addressOf, uploadAll, wrongWith } from "./crowd.ts";
import { freeze, withDisk } from "./disk.ts";
import { MAX_PEAK_BYTES } from "./flood.ts";
import { Forger } from "./forger.ts";
import { whyNotForged } from "./raw_socket.ts";
import { type Scenario, skipped, tried, type Verdict } from "./scenario.ts";

/** Requests while it stands still: each wants a part to be created. */
const PER_SECOND = 1_000;
const BYTES = 5_000;
const BACK_WITHIN_MS = 1_000;
/** A client that waits this long for one block waits for the whole freeze. */
const PATIENT = { count: 60, waitMs: 1_000 };

/** A disk that stands still for as long as the siege lasts. */
export const FROZEN_DISK: Scenario = {
  name: "frozen-disk",
  what: "a disk that stands still, 1000 requests a second, and a thaw",
  run: (seconds, see) => {
    const reason = whyNotForged();
    return reason === undefined
      ? withDisk((path) => standStill(path, seconds, see))
      : Promise.resolve(skipped(reason));
  },
};

async function standStill(
  directory: string,
  seconds: number,
  see: (line: string) => void,
): Promise<Verdict> {
  await using server = await ServerProcess.start(directory, EVERYWHERE);
  const { port, pid } = server;
  const crowd = { port, directory, bytes: BYTES, count: 5 };
  const before = await uploadAll({ ...crowd, prefix: "before" });
  const frozen = await freeze(directory);
  const patient = uploadPatiently(port, directory);
  // These may fail, but not be acknowledged and lost.
  const during = uploadAll({ ...crowd, count: 20, prefix: "during" });
  try {
    const forgery = { kind: "plain", perSecond: PER_SECOND, seconds } as const;
    await using forger = await Forger.start(port, forgery);
    await forger.sent();
  } finally {
    await frozen[Symbol.asyncDispose]();
  }
  const since = performance.now();
  const after = await uploadAll({ ...crowd, count: 1, prefix: "after" });
  const backMs = Math.round(performance.now() - since);
  const trouble = await patient;
  const { stored, failures } = await during;
  const peak = (await statsOf(pid))?.peakBytes ?? 0;
  see(
    `frozen ${seconds} s; ${stored} of 20 that asked meanwhile stored, a ` +
      `patient one ${trouble === undefined ? "too" : `not (${trouble})`}; ` +
      `new upload ${backMs} ms after the thaw; peak ${mebibytes(peak)}; ` +
      `${server.lines.length} lines`,
  );
  return tried(
    ...[...before.failures, ...after.failures],
    // Who was told that the file is saved, but it is not.
    ...failures.filter((it) => !it.includes('"kind"')),
    backMs > BACK_WITHIN_MS && `new upload ${backMs} ms after the thaw`,
    peak > MAX_PEAK_BYTES && `peak of memory ${mebibytes(peak)}`,
  );
}

async function uploadPatiently(
  port: number,
  directory: string,
): Promise<string | undefined> {
  await using client = new Client(port, addressOf(100));
  const content = new Random(1).bytes(BYTES);
  const sending = { name: "patient", content, tries: PATIENT };
  const ending = await client.upload(sending);
  return await wrongWith(directory, "patient", content, ending);
}
