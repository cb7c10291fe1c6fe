/**
 * The forms of the program's log, as programs and people read them.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { pattern, Peer } from "./peer.ts";
import { runProgram, ServerProcess, withProgram } from "./process.ts";
import { withTempDirectory } from "./temp_directory.ts";

const NO_REPEATS = {
  ...{ "requests_repeated": 0, "repeats_in": 0, "repeats_out": 0 },
};

function clientOf({ port }: Peer): Record<string, unknown> {
  return { client: "127.0.0.1", "client_port": port };
}

/** What a line holds, but for what is never the same. */
function parse(line: string): Record<string, unknown> {
  const value: unknown = JSON.parse(line);
  assert(typeof value === "object" && value !== null);
  const { time, seconds, round_trip_ms, ...rest }: Record<string, unknown> = {
    ...value,
  };
  assertMatch(`${time}`, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  for (const number of [seconds, round_trip_ms]) {
    assert(number === undefined || typeof number === "number");
  }
  return rest;
}

Deno.test("main writes its log as JSON, from the first line to the last", () =>
  withTempDirectory(async (directory) => {
    const args = ["--log", "json"];
    await using server = ServerProcess.spawn(directory, [
      ...["--port", "0", ...args],
    ]);
    const first = parse(await server.line(/"listening"/));
    const { port } = first;
    assert(typeof port === "number");
    using peer = new Peer(port);
    await peer.begin("f", { tsize: "700" });
    await peer.block(1, pattern(512));
    await peer.block(2, pattern(188));
    using other = new Peer(port);
    await other.begin("../g");
    await other.begin("h", { tsize: "700" });
    await other.block(1, pattern(3));
    await server.line(/"failed"/);
    server.kill("SIGTERM");
    assertEquals(await server.exitCode(), 0);
    const client = clientOf(peer);
    const stranger = clientOf(other);
    const terms = { mode: "octet", blksize: 512, windowsize: 1 };
    const refusal = "invalid filename - contains a directory";
    assertEquals(server.lines.map(parse), [
      {
        ...{ level: "info", event: "listening", address: "127.0.0.1", port },
        ...{ urls: [], directory },
      },
      {
        ...{ level: "info", event: "accepted", ...client, name: "f" },
        ...{ ...terms, announced_bytes: 700 },
      },
      {
        ...{ level: "info", event: "stored", ...client, name: "f" },
        ...{ stored_name: "f", bytes: 700, blocks: 2, ...NO_REPEATS },
      },
      {
        ...{ level: "warning", event: "refused", ...stranger, name: "../g" },
        ...{ reason: refusal, answered: true },
        advice: '"g", or --paths strip here',
      },
      {
        ...{ level: "info", event: "accepted", ...stranger, name: "h" },
        ...{ ...terms, announced_bytes: 700 },
      },
      {
        ...{ level: "warning", event: "failed", ...stranger, name: "h" },
        ...{ bytes: 3, failure: "incomplete", error_code: 0, proven: false },
        reason: "incomplete: 3 of 700 bytes",
        cause: "the file changed while it was sent, or the client announced " +
          "another size",
        advice: "send it again; if that does not help, --ignore-option tsize",
        ...{ blocks: 0, ...NO_REPEATS },
      },
      { level: "info", event: "stopping", uploads: 0 },
      { level: "info", event: "stopped" },
    ]);
  }));

Deno.test("main explains as JSON why it cannot start", async () => {
  const args = ["--log", "json", "--dir", "/nowhere/at/all", "--port", "0"];
  const { code, stderr } = await runProgram(args);
  assertEquals(code, 1);
  assertEquals(parse(stderr), {
    ...{ level: "error", event: "trouble" },
    message: 'cannot store uploads in "/nowhere/at/all": it does not exist',
    hint: "create it, or name another with --dir",
  });
});

Deno.test("main begins each line with the local time, in no colour where nobody sees it", () =>
  withProgram("--log text --verbose 2", async ({ server, peer }) => {
    await peer.begin("../f");
    await server.line(/refused/);
    server.kill("SIGHUP");
    await server.line(/SIGHUP is ignored/);
    const [first = "", ...others] = server.lines;
    const time = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d";
    assertMatch(first, new RegExp(`^\\d{4}-\\d\\d-\\d\\d ${time} wotftp: lis`));
    for (const line of others) {
      assertMatch(line, new RegExp(`^(${time} wotftp: |00\\d0 :)[ -~]*$`));
    }
  }));

Deno.test("main names what it can be reached at where it listens on all addresses", () =>
  withProgram("--bind 0.0.0.0", async ({ server }) => {
    const line = await server.line(/reachable/);
    const url = `tftp://\\d+(\\.\\d+){3}:${server.port}/`;
    const all = `^wotftp: reachable at ${url}(, ${url})*( and \\d+ more)?$`;
    assertMatch(line, new RegExp(all));
  }));
