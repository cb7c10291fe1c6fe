/**
 * Clients that are odd, silent, far away or gone, and no harm to the others.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { createSocket } from "node:dgram";
import { encodePacket } from "../../lib/protocol/codec.ts";
import { ack, withClient, withServer } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";
import { skip } from "../skip.ts";

Deno.test("Server answers from the address it is bound to", () =>
  withServer({ hostnames: ["127.0.0.2"] }, async ({ server: { port } }) => {
    using peer = new Peer(port, "127.0.0.1", "127.0.0.2");
    // One from a port of its own, and one from the listening port.
    for (const [name, kind] of [["f", "ack"], ["no/name", "error"]] as const) {
      assertEquals((await peer.begin(name)).kind, kind);
      assertEquals(peer.answeredBy, "127.0.0.2", kind);
    }
  }));

Deno.test("Server with an address of its own gets no broadcasts", async () => {
  if (Deno.build.os !== "linux") return skip("another system may differ");
  await withClient({}, async ({ peer, server, count }) => {
    // Deno's own sockets send no broadcasts.
    const client = createSocket("udp4");
    await new Promise<void>((done) => client.bind(0, done));
    // deno-lint-ignore no-boolean-literal-for-arguments -- that is how it is.
    client.setBroadcast(true);
    const request = encodePacket(writeRequest("f"));
    const to = "127.255.255.255";
    await new Promise((done) => client.send(request, server.port, to, done));
    assertEquals((await peer.upload("g", pattern(600))).kind, "ack");
    assertEquals(count("accepted"), 1);
    await new Promise<void>((done) => client.close(done));
  });
});

Deno.test("Server goes on when its answers find nobody", () =>
  withClient({}, async ({ peer, server, event, names, count }) => {
    // Refused, accepted and stored for clients that are gone by then.
    const rows = [
      ["refused", (it: Peer) => it.ask(writeRequest("no/name"))],
      ["accepted", (it: Peer) => it.ask(writeRequest("half"))],
      ["stored", async (it: Peer) => {
        await it.begin("stored");
        await it.send({ kind: "data", block: 1, payload: pattern(3) });
      }],
    ] as const;
    for (const [kind, act] of rows) {
      {
        using gone = new Peer(server.port);
        await act(gone);
      }
      await event(kind);
    }
    assertEquals((await peer.upload("f", pattern(600))).kind, "ack");
    assertEquals(names(), ["f", "stored"]);
    // A port that is gone is a hint, no proof: the upload is waited for.
    assertEquals(count("failed"), 0);
  }));

Deno.test("PeerSocket lets no request through, not even its peer's", () =>
  withClient({}, async ({ peer, read }) => {
    await peer.begin("f", { blksize: "8" });
    await peer.send(writeRequest("f", { blksize: "8" }));
    await peer.send(writeRequest("other"));
    assertEquals(await peer.block(1, pattern(3)), ack(1));
    assertEquals(read("f"), pattern(3));
  }));

Deno.test("Session answers a half-open client once and ends without a word", () =>
  withClient({}, async ({ peer, server, count, event }) => {
    await peer.begin("f", { timeout: "1" });
    server.pass(59_900);
    await peer.expectSilence();
    assertEquals(count("failed"), 0);
    server.pass(100);
    const { why, bytes } = await event("failed");
    assertEquals([why, bytes], [{ kind: "silent" }, 0]);
    await peer.expectSilence();
  }));
