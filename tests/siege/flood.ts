/**
 * A flood of forged datagrams and twenty real clients of another network.
 *
 * @module
 */

import { ServerProcess } from "../process.ts";
import { EVERYWHERE } from "../stress/flood.ts";
import { mebibytes, statsOf } from "../stress/process_stats.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { uploadAll } from "./crowd.ts";
import type { Kind } from "./forge.ts";
import { Forger } from "./forger.ts";
import { whyNotForged } from "./raw_socket.ts";
import {
  pause,
  type Scenario,
  skipped,
  tried,
  type Verdict,
} from "./scenario.ts";

const KINDS: readonly Kind[] = ["plain", "large", "huge", "read"];
const RATES: readonly number[] = [3_000, 8_000, 12_000, 50_000];
const CLIENTS = 20;
/** Ten blocks in lock-step. */
const FILE_BYTES = 5_000;
/** Before each block, of every second client. */
const PAUSE_MS = 400;
/** The clients come when the flood has filled what can be filled. */
const HEAD_START_MS = 1_500;
/** Well below what the smallest machines have. */
export const MAX_PEAK_BYTES: number = 300 * 2 ** 20;
/** What a log of a minute may hold and still be read. */
const MAX_LINES = 1_200;

/** One flood for each kind and rate. */
export const FLOODS: readonly Scenario[] = KINDS.flatMap((kind) =>
  RATES.map((perSecond) => ({
    name: `flood/${kind}/${perSecond}`,
    what: `${perSecond} forged requests a second (${kind}), 20 real clients`,
    run: (seconds, see) => flood(kind, perSecond, seconds, see),
  }))
);

async function flood(
  kind: Kind,
  perSecond: number,
  seconds: number,
  see: (line: string) => void,
): Promise<Verdict> {
  const reason = whyNotForged();
  if (reason !== undefined) return skipped(reason);
  return await withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory, EVERYWHERE);
    const { port, pid } = server;
    await using forger = await Forger.start(port, { kind, perSecond, seconds });
    await pause(HEAD_START_MS);
    const crowd = { port, directory, bytes: FILE_BYTES, prefix: "real" };
    const { stored, failures } = await uploadAll({
      ...{ ...crowd, count: CLIENTS },
      beforeBlock: ({ index }) => pause(index % 2 * PAUSE_MS),
    });
    const sent = await forger.sent();
    const late = await uploadAll({ ...crowd, count: 1, prefix: "late" });
    const peak = (await statsOf(pid))?.peakBytes ?? 0;
    const lines = server.lines.length;
    see(
      `${sent} sent; ${stored} of ${CLIENTS} stored; peak ${
        mebibytes(peak)
      }; ` +
        `${lines} lines`,
    );
    return tried(
      ...[...failures, ...late.failures],
      peak > MAX_PEAK_BYTES && `peak of memory ${mebibytes(peak)}`,
      lines > MAX_LINES * Math.ceil(seconds / 60) && `${lines} lines`,
    );
  });
}
