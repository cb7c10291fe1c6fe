/**
 * A server that answers from its listening port alone.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { canRun, uploadBy } from "./interop/client.ts";
import { pattern, Peer, writeRequest } from "./peer.ts";
import { ServerProcess } from "./process.ts";
import { skip } from "./skip.ts";
import { namesIn, withTempDirectory } from "./temp_directory.ts";

const ACK_1 = { kind: "ack", block: 1 } as const;
const UNKNOWN = {
  kind: "error",
  code: 5,
  message: "unknown transfer identifier",
} as const;

/** Runs with such a server. */
function withSinglePort(
  test: (server: ServerProcess, directory: string) => Promise<void>,
  ...args: string[]
): Promise<void> {
  return withTempDirectory(async (directory) => {
    const all = ["--single-port", ...args];
    await using server = await ServerProcess.start(directory, all);
    await test(server, directory);
  });
}

Deno.test("main answers from the listening port alone where it is told to", () =>
  withSinglePort(async ({ port }, directory) => {
    using peer = new Peer(port);
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
  }));

Deno.test("main keeps uploads on one port apart", () =>
  withSinglePort(async ({ port }, directory) => {
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
  withSinglePort(async ({ port }) => {
    using peer = new Peer(port);
    peer.transferPort = port;
    const payload = pattern(9);
    await peer.send({ kind: "error", code: 5, message: "who are you" });
    for (
      const packet of [
        { kind: "data", block: 7, payload },
        { kind: "ack", block: 0 },
        { kind: "oack", options: [] },
      ] as const
    ) {
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
    await withSinglePort(async ({ port }, directory) => {
      await withTempDirectory(async (sources) => {
        const file = join(sources, "source");
        const content = pattern(100_000);
        await Deno.writeFile(file, content);
        const ending = await uploadBy(client, { file, name: "f", port });
        assert(ending.isStored, ending.said);
        assertEquals(await Deno.readFile(join(directory, "f")), content);
      });
    });
  });
}

Deno.test("main stops in order with uploads on its single port", () =>
  withSinglePort(async (server, directory) => {
    using peer = new Peer(server.port);
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
  withSinglePort(async ({ port }) => {
    using peer = new Peer(port);
    const answer = await peer.begin("f", { blksize: "1468", windowsize: "70" });
    assertEquals(answer, {
      kind: "oack",
      options: [
        { name: "blksize", value: "1468" },
        { name: "windowsize", value: "17" },
      ],
    });
  }));
