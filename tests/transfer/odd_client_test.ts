/**
 * Clients that are odd, far away or gone, and no harm to the others.
 *
 * @module
 */

import { createSocket } from "node:dgram";
import { assertEquals } from "@std/assert";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import { withServer } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";
import { skip } from "../skip.ts";

/** One from a port of its own, and one from the listening port. */
const ANSWERS = [["f", "ack"], ["no/name", "error"]] as const;

Deno.test("Server answers from the address it is bound to", async () => {
  await withServer(
    { hostnames: ["127.0.0.2"] },
    async ({ server: { port } }) => {
      const hostname = "127.0.0.1";
      const client = Deno.listenDatagram({
        transport: "udp",
        hostname,
        port: 0,
      });
      const to = { transport: "udp", hostname: "127.0.0.2", port } as const;
      try {
        for (const [name, kind] of ANSWERS) {
          await client.send(encodePacket(writeRequest(name)), to);
          const [bytes, from] = await client.receive();
          assertEquals(decodePacket(bytes).kind, kind);
          assertEquals((from as Deno.NetAddr).hostname, "127.0.0.2");
        }
      } finally {
        client.close();
      }
    },
  );
});

Deno.test("Server with an address of its own gets no broadcasts", async () => {
  if (Deno.build.os !== "linux") return skip("another system may differ");
  await withServer({}, async ({ server, count }) => {
    // Deno's own sockets send no broadcasts.
    const client = createSocket("udp4");
    await new Promise<void>((done) => client.bind(0, done));
    // deno-lint-ignore no-boolean-literal-for-arguments -- that is how it is.
    client.setBroadcast(true);
    const request = encodePacket(writeRequest("f"));
    const to = "127.255.255.255";
    await new Promise((done) => client.send(request, server.port, to, done));
    using peer = new Peer(server.port);
    assertEquals((await peer.upload("g", pattern(600))).kind, "ack");
    assertEquals(count("accepted"), 1);
    await new Promise<void>((done) => client.close(done));
  });
});

Deno.test("Server goes on when its answers find nobody", async () => {
  await withServer({}, async ({ server, event, names, count }) => {
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
    assertEquals(count("failed"), 0);
  });
});

Deno.test("PeerSocket shows a block that is too long, and nothing is kept", async () => {
  await withServer({}, async ({ server, names, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("f", { blksize: "8" });
    await peer.block(1, pattern(8));
    assertEquals(await peer.block(2, pattern(100)), {
      kind: "error",
      code: 4,
      message: "block of 9 bytes exceeds blksize 8",
    });
    assertEquals((await event("failed")).bytes, 8);
    await server.stop();
    assertEquals(names(), []);
  });
});

Deno.test("PeerSocket lets no request through, not even its peer's", async () => {
  await withServer({}, async ({ server, read }) => {
    using peer = new Peer(server.port);
    await peer.begin("f", { blksize: "8" });
    await peer.send(writeRequest("f", { blksize: "8" }));
    await peer.send(writeRequest("other"));
    assertEquals(await peer.block(1, pattern(3)), { kind: "ack", block: 1 });
    assertEquals(read("f"), pattern(3));
  });
});
