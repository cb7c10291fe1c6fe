/**
 * Clients that are odd, far away or gone, and no harm to the others.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import { withServer } from "./harness.ts";
import { pattern, Peer, writeRequest } from "./peer.ts";

/** One from a port of its own, and one from the listening port. */
const ANSWERS = [["f", "ack"], ["no/name", "error"]] as const;

Deno.test("Server answers from the address it is bound to (row 54)", async () => {
  await withServer({ hostname: "127.0.0.2" }, async ({ server }) => {
    const client = Deno.listenDatagram({
      transport: "udp",
      hostname: "127.0.0.1",
      port: 0,
    });
    try {
      for (const [name, kind] of ANSWERS) {
        await client.send(encodePacket(writeRequest(name)), {
          transport: "udp",
          hostname: "127.0.0.2",
          port: server.port,
        });
        const [bytes, from] = await client.receive();
        assertEquals(decodePacket(bytes).kind, kind);
        assertEquals((from as Deno.NetAddr).hostname, "127.0.0.2");
      }
    } finally {
      client.close();
    }
  });
});

Deno.test("Server goes on when its answers find nobody (row 55)", async () => {
  await withServer({}, async ({ server, event, names, events }) => {
    // Refused, accepted and stored for clients that are gone by then.
    {
      using gone = new Peer(server.port);
      await gone.ask({ kind: "rrq", filename: "x", mode: "a", options: [] });
    }
    await event("refused");
    {
      using gone = new Peer(server.port);
      await gone.ask(writeRequest("half"));
    }
    await event("accepted");
    {
      using gone = new Peer(server.port);
      await gone.begin("stored");
      await gone.send({ kind: "data", block: 1, payload: pattern(3) });
    }
    await event("stored");
    using peer = new Peer(server.port);
    assertEquals((await peer.upload("f", pattern(600))).kind, "ack");
    assertEquals(names(), ["f", "stored"]);
    // A port that is gone is a hint, no proof: the upload is waited for.
    assertEquals(events.filter(({ kind }) => kind === "failed"), []);
  });
});

Deno.test("Server refuses names that are not ASCII, whatever the bytes (row 50)", async () => {
  await withServer({}, async ({ server, names, event }) => {
    using peer = new Peer(server.port);
    for (
      const name of ["\xff", "caf\xe9", "\xc3\x28", "a\x80", "\xed\xa0\x80"]
    ) {
      assertEquals(await peer.begin(name), {
        kind: "error",
        code: 2,
        message: "invalid filename",
      });
      assertEquals((await event("refused")).filename, name);
    }
    assertEquals(names(), []);
  });
});

Deno.test("Server waits for a client that answers the OACK with ACK 0 (row 21)", async () => {
  await withServer({}, async ({ server, read }) => {
    using peer = new Peer(server.port);
    assertEquals((await peer.begin("f", { blksize: "8" })).kind, "oack");
    await peer.send({ kind: "ack", block: 0 });
    assertEquals(await peer.block(1, pattern(3)), { kind: "ack", block: 1 });
    assertEquals(read("f"), pattern(3));
  });
});

Deno.test("Server ignores padding behind the options (rows 46, 47)", async () => {
  await withServer({}, async ({ server, read }) => {
    using peer = new Peer(server.port);
    const text = "\0\x02f\0octet\0blksize\x008\0tsize\0\0\0\0";
    await peer.sendBytes(new TextEncoder().encode(text), server.port);
    const { packet, port } = await peer.next();
    peer.transferPort = port;
    assertEquals(packet, {
      kind: "oack",
      options: [{ name: "blksize", value: "8" }],
    });
    await peer.block(1, pattern(3));
    assertEquals(read("f"), pattern(3));
  });
});
