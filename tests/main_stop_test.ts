/**
 * How the program ends: by signals, by force, and from afar.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { pattern, Peer } from "./peer.ts";
import { runProgram, ServerProcess, withProgram } from "./process.ts";
import { skip } from "./skip.ts";
import { locksIn, namesIn, withTempDirectory } from "./temp_directory.ts";

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`main lets uploads end on ${signal} and exits with 0`, () =>
    withProgram("", async ({ server, peer, directory }) => {
      await peer.begin("f");
      await peer.block(1, pattern(512));
      server.kill(signal);
      await server.line(/stopping once 1 upload ended/);
      await peer.block(2, pattern(3));
      assertEquals(await server.exitCode(), 0);
      assertEquals(namesIn(directory), ["f"]);
      assertEquals(locksIn(directory), []);
    }));
}

Deno.test("main outlives the hangup of a terminal or of a log", () =>
  withProgram("", async ({ server }) => {
    if (Deno.build.os === "windows") return skip("there is no such signal");
    server.kill("SIGHUP");
    assertEquals(
      await server.line(/SIGHUP/),
      "wotftp: SIGHUP is ignored; SIGTERM or Ctrl-C stops the server",
    );
    using peer = new Peer(server.port);
    assertEquals(await peer.upload("f", pattern(9)), { kind: "ack", block: 1 });
  }));

Deno.test("main ends in order if it is told to as soon as it listens", () =>
  withProgram("", async ({ server, directory }) => {
    server.kill("SIGTERM");
    assertEquals(await server.exitCode(), 0);
    assertEquals([...namesIn(directory), ...locksIn(directory)], []);
  }));

Deno.test("main stops at once on a second signal and leaves no part", () =>
  withProgram("", async ({ server, peer, directory }) => {
    await peer.begin("f");
    await peer.block(1, pattern(512));
    server.kill("SIGINT");
    await server.line(/stopping once/);
    // One keypress may arrive twice within a moment, so press until it ends.
    const pressing = setInterval(() => server.kill("SIGINT"), 50);
    const code = await server.exitCode();
    clearInterval(pressing);
    assertEquals(code, 130);
    let { packet } = await peer.next();
    // The last ACK may have been repeated meanwhile.
    while (packet.kind === "ack") ({ packet } = await peer.next());
    assertEquals(packet.kind, "error");
    assertEquals([...namesIn(directory), ...locksIn(directory)], []);
  }));

Deno.test("main stops another server that has the same key", () =>
  withTempDirectory(async (directory) => {
    const key = join(directory, "key");
    const wrongKey = join(directory, "wrong-key");
    await Deno.writeFile(key, pattern(32), { mode: 0o600 });
    await Deno.writeFile(wrongKey, pattern(33), { mode: 0o600 });
    await using server = await ServerProcess.start(directory, [
      ...["--stop-key-file", key],
    ]);
    const where = ["--port", `${server.port}`, "--stop-key-file"];
    const refused = await runProgram(["stop", ...where, wrongKey]);
    assertEquals(refused.code, 1);
    assertMatch(refused.stderr, /does not accept the key/);
    assertEquals(await runProgram(["stop", ...where, key]), {
      code: 0,
      stdout: "",
      stderr: `wotftp: the server on 127.0.0.1:${server.port} has stopped\n`,
    });
    assertEquals(await server.exitCode(), 0);
  }));

Deno.test("main wants a stop key that is there, and warns if others have it", () =>
  withTempDirectory(async (directory) => {
    const key = join(directory, "key");
    const args = ["--stop-key-file", key];
    const where = ["--dir", directory, "--port", "0"];
    const missing = await runProgram([...where, ...args]);
    assertEquals(missing.code, 1);
    assertMatch(missing.stderr, /cannot read the stop key .*does not exist/);
    if (Deno.build.os === "windows") return;
    await Deno.writeFile(key, pattern(32), { mode: 0o644 });
    await using server = await ServerProcess.start(directory, args);
    assertMatch(server.lines[0] ?? "", /^wotftp: warning: others can use/);
  }));
