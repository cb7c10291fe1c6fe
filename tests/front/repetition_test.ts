/**
 * Requests that come again, at whatever moment: no client is told that its own
 * file exists, and no upload is opened twice.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  ack,
  type ClientHarness,
  sendFirst,
  withClient,
  withSaving,
} from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";

const ALL = ["replace", "refuse", "version"] as const;
const ACK_0 = ack(0);
const ACK_1 = ack(1);

/**
 * Lets the server look into all requests so far: the many steps of a whole
 * upload come behind the one look at the directory that a request needs.
 */
async function settle(port: number, name: string): Promise<void> {
  using other = new Peer(port);
  assertEquals((await other.upload(name, pattern(600))).kind, "ack");
}

Deno.test("Front takes a request that comes twice at once for one", () =>
  withClient({ onExists: "refuse" }, async ({ peer, count }) => {
    await peer.ask(writeRequest("f"));
    await peer.ask(writeRequest("f"));
    const { packet, port } = await peer.next();
    assertEquals(packet, ACK_0);
    peer.transferPort = port;
    // The answer may come twice as well, but not from another port.
    await peer.send({ kind: "data", block: 1, payload: pattern(3) });
    let last = await peer.next();
    if (last.packet.kind === "ack" && last.packet.block === 0) {
      last = await peer.next();
    }
    assertEquals(last, { packet: ACK_1, port });
    assertEquals(count("accepted"), 1);
  }, { threads: 2 }));

/**
 * A client asks for other files while its own is being saved; nothing is opened
 * until that is done.
 */
function askWhileSaving(
  names: readonly string[],
  test: (harness: ClientHarness) => Promise<void>,
): Promise<void> {
  return withSaving(async (harness, disk) => {
    const { peer, server } = harness;
    await peer.expectSilence();
    // A client that asks sooner is taken for somebody else.
    server.pass(2_000);
    for (const name of names) await peer.ask(writeRequest(name));
    await peer.expectSilence();
    disk.resolve();
    assertEquals((await peer.next()).packet, ACK_1);
    const { packet, port } = await peer.next();
    assertEquals(packet, ACK_0);
    peer.transferPort = port;
    await test(harness);
    assertEquals(await peer.block(1, pattern(5)), ACK_1);
    assertEquals(harness.count("accepted"), 2);
    assertEquals(harness.names(), ["f", "new"]);
  }, { threads: 2 });
}

Deno.test("Room answers once a request that is repeated while its upload is opened", () =>
  askWhileSaving(["new", "new", "new"], ({ peer }) => peer.expectSilence()));

Deno.test("Front knows the latest request of a client that changed its mind", () =>
  askWhileSaving(["other", "new"], async ({ peer, server }) => {
    server.pass(400);
    await peer.ask(writeRequest("new"));
    const again = { packet: ACK_0, port: peer.transferPort };
    assertEquals(await peer.next(), again);
  }));

Deno.test("Session is silent to a request repeated amid data", () =>
  withClient({ onExists: "refuse" }, async ({ peer, server, read }) => {
    await sendFirst(peer, "f");
    await peer.ask(writeRequest("f"));
    await settle(server.port, "other");
    await peer.expectSilence();
    assertEquals(await peer.block(2, pattern(5)), ack(2));
    assertEquals(read("f").length, 517);
  }));

Deno.test("Session is silent to requests repeated at the end, keeps one file and dallies on", async () => {
  for (const onExists of ALL) {
    await withClient(
      { onExists },
      async ({ peer, server, names, read, count }) => {
        await peer.upload("f", pattern(5));
        await peer.ask(writeRequest("f"));
        server.pass(1_000);
        await peer.ask(writeRequest("f"));
        await settle(server.port, "other");
        await peer.expectSilence();
        assertEquals(await peer.block(1, pattern(5)), ACK_1, onExists);
        assertEquals(names(), ["f", "other"], onExists);
        assertEquals(read("f"), pattern(5));
        assertEquals([count("accepted"), count("failed")], [2, 0]);
      },
    );
  }
});

Deno.test("Front takes a late repetition for a new upload, unless files may not be replaced", async () => {
  for (const onExists of ALL) {
    await withClient({ onExists }, async ({ peer, server, event }) => {
      await peer.upload("f", pattern(5));
      await event("stored");
      server.pass(3_000);
      if (onExists !== "refuse") {
        assertEquals(await peer.upload("f", pattern(7)), ACK_1);
        return;
      }
      await peer.ask(writeRequest("f"));
      await settle(server.port, "other");
      await peer.expectSilence();
    });
  }
});
