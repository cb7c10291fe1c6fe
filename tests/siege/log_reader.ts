/**
 * Standard error is a pipe that nobody reads any more.
 *
 * @module
 */

import { ServerProcess } from "../process.ts";
import { EVERYWHERE } from "../stress/flood.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { uploadAll } from "./crowd.ts";
import { type Scenario, tried, type Verdict } from "./scenario.ts";

const ROUNDS = 6;
const ABREAST = 100;
/** Long names fill the pipe soon. */
const PREFIX = "a-name-that-makes-the-lines-of-the-log-long".repeat(4);
const ENDED_WITHIN_MS = 8_000;

/** A log that is not read, uploads, and the end. */
export const LOG_READER: Scenario = {
  name: "log-reader",
  what: "a log that nobody reads, 600 uploads, and SIGTERM",
  run: (_, see) => stall(see),
};

function stall(see: (line: string) => void): Promise<Verdict> {
  return withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory, EVERYWHERE);
    server.pause();
    const { port } = server;
    let stored = 0;
    const failures: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const tally = await uploadAll({
        ...{ port, directory, count: ABREAST, bytes: 600 },
        prefix: `${PREFIX}-${round}`,
      });
      stored += tally.stored;
      failures.push(...tally.failures);
    }
    const since = performance.now();
    server.kill("SIGTERM");
    const code = await server.exitCode();
    const ms = Math.round(performance.now() - since);
    const lines = server.lines.length;
    const lost = server.lines.filter((line) => /lost/.test(line));
    see(
      `${stored} of ${ROUNDS * ABREAST} stored; exit code ${code} after ` +
        `${ms} ms; ${lines} lines came${
          lost.map((it) => `; "${it}"`).join("")
        }`,
    );
    return tried(
      ...failures.slice(0, 10),
      code !== 0 && `exit code ${code}`,
      ms > ENDED_WITHIN_MS && `the end took ${ms} ms`,
    );
  });
}
