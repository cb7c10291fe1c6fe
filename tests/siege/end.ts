/**
 * How a server ends while nobody reads what it prints, and during a flood.
 *
 * @module
 */

import { join } from "@std/path";
import { denoFlags, run, ServerProcess } from "../process.ts";
import { EVERYWHERE } from "../stress/flood.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { uploadAll } from "./crowd.ts";
import { Forger } from "./forger.ts";
import { besiege, forging, type Scenario, tried } from "./scenario.ts";

const ROUNDS = 6;
const ABREAST = 100;
/** Long names fill the pipe soon. */
const PREFIX = "a-name-that-makes-the-lines-of-the-log-long".repeat(4);
const ENDED_WITHIN_MS = 8_000;
/** Each of these would be answered with an ERROR. */
const READS_PER_SECOND = 8_000;

/** Standard error is a pipe that nobody reads any more; uploads, and the end. */
export const LOG_READER: Scenario = {
  name: "log-reader",
  what: "a log that nobody reads, 600 uploads, and SIGTERM",
  run: besiege([], async ({ server, directory, see }) => {
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
    const lost = server.lines.filter((line) => /lost/.test(line));
    see(
      `${stored} of ${ROUNDS * ABREAST} stored; exit code ${code} after ` +
        `${ms} ms; ${server.lines.length} lines came` +
        lost.map((it) => `; "${it}"`).join(""),
    );
    return tried(
      ...failures.slice(0, 10),
      code !== 0 && `exit code ${code}`,
      ms > ENDED_WITHIN_MS && `the end took ${ms} ms`,
    );
  }),
};

/** The operator stops the server from afar during a flood of read requests. */
export const STOP: Scenario = {
  name: "stop",
  what: 'read requests, 8000 a second, and "wotftp stop"',
  run: forging((seconds, see) =>
    withTempDirectory(async (directory) => {
      const key = ["--stop-key-file", join(directory, "key")];
      const bytes = crypto.getRandomValues(new Uint8Array(32));
      await Deno.writeFile(join(directory, "key"), bytes, { mode: 0o600 });
      const flags = [...EVERYWHERE, ...key];
      await using server = await ServerProcess.start(directory, flags);
      const { port } = server;
      await using _forger = await Forger.start(port, {
        ...{ kind: "read", perSecond: READS_PER_SECOND, seconds },
      });
      const args = [...denoFlags(), "stop", ...key, "--port", `${port}`];
      const { code, stderr } = await run(Deno.execPath(), args);
      see(`exit code ${code}: ${stderr.trim()}`);
      return tried(code !== 0 && "the server could not be stopped");
    })
  ),
};
