/**
 * A server that answers from its listening port alone.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Packet } from "../lib/protocol/packet.ts";
import { canRun, uploadBy } from "./interop/client.ts";
import { pattern, Peer, writeRequest } from "./peer.ts";
import { withProgram } from "./process.ts";
import { optionsOf } from "./protocol/story.ts";
import { skip } from "./skip.ts";
import { namesIn } from "./temp_directory.ts";

const ACK_1 = { kind: "ack", block: 1 } as const;
const UNKNOWN: Packet = {
  ...{ kind: "error", code: 5, message: "unknown transfer identifier" },
};

Deno.test("main answers from the listening port alone where it is told to", () =>
  withProgram(
    "--single-port",
    async ({ server: { port }, peer, directory }) => {
      for (const name of ["a", "b"]) {
        assertEquals((await peer.begin(name)).kind, "ack");
        assertEquals(peer.transferPort, port);
        assertEquals(await peer.block(1, pattern(512)), ACK_1);
        const last = await peer.block(2, pattern(7));
        assertEquals(last, { kind: "ack", block: 2 });
        // A lost last ACK is repeated from there as well.
        assertEquals(await peer.block(2, pattern(7)), last);
      }
      assertEquals(namesIn(directory), ["a", "b"]);
    },
  ));

Deno.test("main keeps uploads on one port apart", () =>
  withProgram("--single-port", async ({ server: { port }, directory }) => {
    const peers = Array.from({ length: 20 }, () => new Peer(port));
    const options = { blksize: "1024", windowsize: "4" };
    for (const [i, peer] of peers.entries()) await peer.begin(`f${i}`, options);
    await Promise.all(peers.map(async (peer, i) => {
      assertEquals(await peer.block(1, pattern(i)), ACK_1);
      peer[Symbol.dispose]();
    }));
    assertEquals(namesIn(directory).length, 20);
    for (const i of peers.keys()) {
      const stored = await Deno.readFile(`${directory}/f${i}`);
      assertEquals(stored, pattern(i));
    }
  }));

Deno.test("main tells strays on the single port, but never answers an ERROR", () =>
  withProgram("--single-port", async ({ server: { port }, peer }) => {
    peer.transferPort = port;
    const strays = [
      { kind: "data", block: 7, payload: pattern(9) },
      ...[{ kind: "ack", block: 0 }, { kind: "oack", options: [] }] as const,
    ] as const;
    await peer.send({ kind: "error", code: 5, message: "who are you" });
    for (const packet of strays) {
      await peer.send(packet);
      assertEquals((await peer.next()).packet, UNKNOWN, packet.kind);
    }
  }));

for (
  const client of [
    "curl -sS -T FILE URL",
    "tftp -m binary HOST PORT -c put FILE NAME",
    "atftp --option windowsize_8 -p -l FILE -r NAME HOST PORT",
    "busybox tftp -b 1468 -p -l FILE -r NAME HOST PORT",
  ]
) {
  const [command = ""] = client.split(" ");
  Deno.test(`${command} uploads to a single port`, async () => {
    if (!await canRun(client)) return skip(`${command} is not installed`);
    await withProgram("--single-port", async ({ server, directory }) => {
      const file = join(directory, "source");
      const content = pattern(100_000);
      await Deno.writeFile(file, content);
      const { port } = server;
      const ending = await uploadBy(client, { file, name: "f", port });
      assert(ending.isStored, ending.said);
      assertEquals(await Deno.readFile(join(directory, "f")), content);
    });
  });
}

Deno.test("main stops in order with uploads on its single port", () =>
  withProgram("--single-port", async ({ server, peer, directory }) => {
    await peer.begin("f");
    await peer.block(1, pattern(512));
    server.kill("SIGTERM");
    await server.line(/stopping/);
    await peer.ask(writeRequest("late"));
    assertEquals((await peer.block(2, pattern(1))).kind, "ack");
    assertEquals(await server.exitCode(), 0);
    assertEquals(namesIn(directory), ["f"]);
  }));

Deno.test("main grants a quarter of the usual window on a single port", () =>
  withProgram("--single-port", async ({ peer }) => {
    const answer = await peer.begin("f", { blksize: "1468", windowsize: "70" });
    const options = optionsOf("blksize=1468 windowsize=17");
    assertEquals(answer, { kind: "oack", options });
  }));
