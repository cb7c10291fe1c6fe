/**
 * The program when nobody reads its log, or when there is nowhere to put it.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { pattern, Peer } from "./peer.ts";
import { denoFlags, run, withProgram } from "./process.ts";
import { skip } from "./skip.ts";
import { namesIn } from "./temp_directory.ts";

/** Names as long as may be, so that each upload fills the log with some kB. */
function uploadAll(port: number, count: number): Promise<string[]> {
  return Array.fromAsync({ length: count }, async (_, i) => {
    const name = `${i}`.padStart(250, "f");
    using peer = new Peer(port);
    assertEquals((await peer.upload(name, pattern(9))).kind, "ack");
    return name;
  });
}

Deno.test("main stores, and ends, though nobody reads its log", () =>
  withProgram("--verbose 2", async ({ server, directory }) => {
    server.pause();
    const names = await uploadAll(server.port, 600);
    assertEquals(namesIn(directory), names.sort());
    server.resume();
    assertMatch(
      await server.line(/lost$/),
      /^wotftp: [1-9]\d+ log lines lost$/,
    );
    server.pause();
    await uploadAll(server.port, 100);
    server.kill("SIGTERM");
    assertEquals(await server.exitCode(), 0);
  }));

Deno.test("main says in a line that it cannot print what it was asked for", async () => {
  if (Deno.build.os !== "linux") return skip("there is no /dev/full");
  const shell = ["-c", 'exec "$@" >/dev/full', "sh"];
  const { code, stderr } = await run("sh", [
    ...[...shell, Deno.execPath(), ...denoFlags(), "--help"],
  ]);
  assertEquals(code, 1);
  assertMatch(stderr, /^wotftp: error: cannot print the answer: .*\n$/);
});
