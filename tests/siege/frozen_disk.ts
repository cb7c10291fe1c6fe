/**
 * A disk that stands still under the server, and goes on: a file with ext4 in
 * it. Needs root.
 *
 * @module
 */

import { join } from "@std/path";
import { ServerProcess } from "../process.ts";
import { Random } from "../random.ts";
import { tryRun } from "../storage/files.ts";
import { Client } from "../stress/client.ts";
import { EVERYWHERE } from "../stress/flood.ts";
import { mebibytes, statsOf } from "../stress/process_stats.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { addressOf, uploadAll, wrongWith } from "./crowd.ts";
import { MAX_PEAK_BYTES } from "./flood.ts";
import { Forger } from "./forger.ts";
import {
  forging,
  type Scenario,
  skipped,
  tried,
  type Verdict,
} from "./scenario.ts";

const DISK_BYTES = 512 * 2 ** 20;
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
  run: forging((seconds, see) =>
    withDisk((path) => standStill(path, seconds, see))
  ),
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
  await freeze(directory);
  const patient = uploadPatiently(port, directory);
  // These may fail, but not be acknowledged and lost.
  const during = uploadAll({ ...crowd, count: 20, prefix: "during" });
  try {
    const forgery = { kind: "plain", perSecond: PER_SECOND, seconds } as const;
    await using forger = await Forger.start(port, forgery);
    await forger.sent();
  } finally {
    await tryRun("fsfreeze", "--unfreeze", directory);
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

/**
 * Runs with the path of a mounted disk.
 *
 * @returns Why it cannot be, where it cannot.
 */
function withDisk(
  use: (path: string) => Promise<Verdict>,
): Promise<Verdict> {
  return withTempDirectory(async (folder) => {
    const image = join(folder, "image");
    const path = join(folder, "disk");
    await Deno.mkdir(path);
    await Deno.writeFile(image, new Uint8Array(0));
    await Deno.truncate(image, DISK_BYTES);
    const reason = await tryRun("mkfs.ext4", "-q", image) ??
      await tryRun("mount", "-o", "loop", image, path);
    if (reason !== undefined) return skipped(reason);
    try {
      return await use(path);
    } finally {
      // Also under a process that still has it as its working directory.
      await tryRun("umount", "-l", path);
    }
  });
}

/** Freezes a disk: whoever writes waits. */
async function freeze(path: string): Promise<void> {
  const reason = await tryRun("fsfreeze", "--freeze", path);
  if (reason !== undefined) throw new Error(reason);
}
