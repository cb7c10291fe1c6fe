/**
 * That threads may answer all those who may send, however their rights to the
 * network are written.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ack } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";
import { ServerProcess } from "../process.ts";
import { namesIn, withTempDirectory } from "../temp_directory.ts";

for (
  const [bind, ...ranges] of [
    ["0.0.0.0", "127.0.0.0/8"],
    ["127.0.0.1", "10.0.0.0/8", "127.0.0.1"],
    ["::", "127.0.0.0/8", "fd00::/8"],
    ["::", "127.0.0.1", "::1"],
  ] as const
) {
  Deno.test(`threads may answer ${ranges.join(" and ")} from ${bind}`, () =>
    withTempDirectory(async (directory) => {
      const args = ["--bind", bind]
        .concat(ranges.flatMap((it) => ["--remoteip", it]));
      await using server = await ServerProcess.start(directory, args);
      using peer = new Peer(server.port);
      const last = await peer.upload("f", pattern(600));
      assertEquals(last, ack(2));
      server.kill("SIGTERM");
      assertEquals(await server.exitCode(), 0);
      assertEquals(namesIn(directory), ["f"]);
      const isTrouble = (line: string) => line.includes("error");
      assertEquals(server.lines.filter(isTrouble), []);
    }));
}

Deno.test("threads answer nobody else", () =>
  withTempDirectory(async (directory) => {
    const args = ["--bind", "0.0.0.0", "--remoteip", "127.0.0.2/31"];
    await using server = await ServerProcess.start(directory, args);
    using other = new Peer(server.port);
    await other.ask(writeRequest("f"));
    await server.line(/ denied: only 127\.0\.0\.2\/31 may send$/);
    using peer = new Peer(server.port, "127.0.0.3");
    assertEquals(await peer.upload("f", pattern(9)), ack(1));
  }));
