/**
 * The operator stops the server from afar during a flood.
 *
 * @module
 */

import { join } from "@std/path";
import { denoFlags, run, ServerProcess } from "../process.ts";
import { EVERYWHERE } from "../stress/flood.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { Forger } from "./forger.ts";
import { whyNotForged } from "./raw_socket.ts";
import { type Scenario, skipped, tried, type Verdict } from "./scenario.ts";

/** Each of these would be answered with an ERROR. */
const PER_SECOND = 8_000;

/** `wotftp stop` during a flood of read requests. */
export const STOP: Scenario = {
  name: "stop",
  what: 'read requests, 8000 a second, and "wotftp stop"',
  run: async (seconds, see) => {
    const reason = whyNotForged();
    return reason === undefined ? await stop(seconds, see) : skipped(reason);
  },
};

function stop(
  seconds: number,
  see: (line: string) => void,
): Promise<Verdict> {
  return withTempDirectory(async (directory) => {
    const key = join(directory, "key");
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    await Deno.writeFile(key, bytes, { mode: 0o600 });
    const keyFlags = ["--stop-key-file", key];
    const flags = [...EVERYWHERE, ...keyFlags];
    await using server = await ServerProcess.start(directory, flags);
    const { port } = server;
    const forgery = { kind: "read", perSecond: PER_SECOND, seconds } as const;
    await using _forger = await Forger.start(port, forgery);
    const args = [...denoFlags(), "stop", ...keyFlags, "--port", `${port}`];
    const { code, stderr } = await run(Deno.execPath(), args);
    see(`exit code ${code}: ${stderr.trim()}`);
    return tried(code !== 0 && "the server could not be stopped");
  });
}
