/**
 * A server that waits for certain uploads, and ends.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { pattern, Peer } from "./peer.ts";
import { runProgram, ServerProcess, withProgram } from "./process.ts";
import { locksIn, namesIn, withTempDirectory } from "./temp_directory.ts";

/** The lines of the sum, and how it ends. */
function sumOf({ lines }: ServerProcess): string[] {
  const first = lines.findIndex((it) => /expected have come| files$/.test(it));
  return lines.slice(first).map((it) => it.replace("wotftp: ", ""));
}

Deno.test("main ends with 0 when the one upload it waits for is stored", () =>
  withProgram("--once --within 10m", async ({ server, peer, directory }) => {
    const ack = { kind: "ack", block: 1 } as const;
    assertEquals(await peer.upload("f", pattern(9)), ack);
    // The last ACK may have been lost.
    assertEquals(await peer.block(1, pattern(9)), ack);
    assertEquals(await server.exitCode(), 0);
    assertEquals(sumOf(server), ["stored 1 of 1 files", "stopped"]);
    assertEquals([namesIn(directory), locksIn(directory)], [["f"], []]);
  }));

Deno.test("main lets a running upload end when it has waited long enough", () =>
  withProgram("--count 2 --within 1s", async ({ server, peer }) => {
    await peer.upload("f", pattern(9));
    using slow = new Peer(server.port);
    await slow.begin("g");
    await slow.block(1, pattern(512));
    await server.line(/stopping once 1 upload ended/);
    await slow.block(2, pattern(9));
    assertEquals(await server.exitCode(), 0);
    assertEquals(sumOf(server), ["stored 2 of 2 files", "stopped"]);
  }));

Deno.test("main ends with 1 if not all have come in time, and says who is missing", () =>
  withTempDirectory(async (directory) => {
    const list = join(directory, "list");
    await Deno.writeTextFile(list, "sw?.cfg\n127.0.0.0/8\n10.9.9.9\n");
    const args = ["--expect", list, "--within", "1s"];
    await using server = await ServerProcess.start(directory, args);
    using peer = new Peer(server.port);
    await peer.upload("sw1.cfg", pattern(9));
    assertEquals(await server.exitCode(), 1);
    assertEquals(sumOf(server), [
      "2 of 3 expected have come",
      'came: "sw?.cfg", "sw1.cfg" from 127.0.0.1',
      'came: "127.0.0.0/8", "sw1.cfg" from 127.0.0.1',
      'missing: "10.9.9.9"',
      "stopped",
    ]);
  }));

Deno.test("main ends with 1 if it is stopped before they have come", () =>
  withProgram("--once", async ({ server }) => {
    server.kill("SIGTERM");
    assertEquals(await server.exitCode(), 1);
    assertEquals(sumOf(server), ["stored 0 of 1 files", "stopped"]);
  }));

Deno.test("main does not start without knowing whom to expect", () =>
  withTempDirectory(async (directory) => {
    const path = join(directory, "none");
    const args = ["--dir", directory, "--port", "0", "--expect", path];
    const { code, stderr } = await runProgram(args);
    assertEquals(code, 1);
    assertEquals(stderr.split("\n"), [
      `wotftp: error: cannot read whom to expect from "${path}": it does not ` +
      "exist",
      "wotftp: hint: --expect wants a file with a name, an address or a range " +
      "a line",
      "",
    ]);
    assertEquals([...namesIn(directory), ...locksIn(directory)], []);
  }));
