import { assertEquals } from "@std/assert";
import type { Packet } from "../../lib/protocol/packet.ts";
import { withServer } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";
import { rangesOf } from "../policy/ranges.ts";

const INVALID = "invalid filename -";

/** What is asked, and the ERROR that answers it. */
const REFUSED = [
  [
    { kind: "rrq", filename: "f", mode: "octet", options: [] },
    2,
    "read request not supported - write requests only",
  ],
  [
    writeRequest("f", {}, "mail"),
    4,
    "transfer mode not supported - octet and netascii only",
  ],
  [writeRequest("../x"), 2, `${INVALID} contains a directory`],
  [writeRequest("/etc/passwd"), 2, `${INVALID} contains a directory`],
  [writeRequest("a\\b"), 2, `${INVALID} contains a directory`],
  [writeRequest(""), 2, `${INVALID} empty`],
  [writeRequest("a b"), 2, `${INVALID} not only A-Z a-z 0-9 . - _`],
  [writeRequest("caf\xe9"), 2, `${INVALID} not ASCII`],
  [writeRequest("n".repeat(256)), 2, `${INVALID} too long`],
] as const;

Deno.test("Front refuses what it cannot take, in words for the client", async () => {
  await withServer({}, async ({ server, names, event }) => {
    using peer = new Peer(server.port);
    for (const [asked, code, message] of REFUSED) {
      await peer.ask(asked);
      assertEquals<{ packet: Packet; port: number }>(await peer.next(), {
        packet: { kind: "error", code, message },
        port: server.port,
      });
      const { peer: { port }, reason, isAnswered } = await event("refused");
      assertEquals([port, reason, isAnswered], [peer.port, message, true]);
    }
    assertEquals(names(), []);
  });
});

Deno.test("Front is silent to all but requests", async () => {
  await withServer({}, async ({ server, count }) => {
    using peer = new Peer(server.port);
    await peer.ask({ kind: "data", block: 1, payload: pattern(3) });
    await peer.ask({ kind: "ack", block: 1 });
    await peer.ask({ kind: "oack", options: [] });
    await peer.ask({ kind: "error", code: 5, message: "?" });
    for (const bytes of [[], [0], [0, 9], [0, 0, 1], [0, 3, 0], [7, 7, 7, 7]]) {
      await peer.sendBytes(Uint8Array.from(bytes), server.port);
    }
    await peer.expectSilence();
    assertEquals(count("ignored"), 10);
  });
});

Deno.test("Front lets nobody be crowded out by those who may not send", async () => {
  const config = { hostnames: ["0.0.0.0"], remoteip: rangesOf("127.0.0.2") };
  await withServer(config, async ({ server, names, event }) => {
    using other = new Peer(server.port);
    // More than may ask at once, and never more than the system holds.
    for (let batch = 0; batch < 50; batch++) {
      for (let i = 0; i < 100; i++) await other.ask(writeRequest("f"));
      for (let i = 0; i < 100; i++) await event("denied");
    }
    using peer = new Peer(server.port, "127.0.0.2");
    assertEquals(await peer.upload("f", pattern(9)), { kind: "ack", block: 1 });
    assertEquals(names(), ["f"]);
  });
});

Deno.test("Front serves only the address it is told to", async () => {
  const config = { hostnames: ["0.0.0.0"], remoteip: rangesOf("127.0.0.2") };
  await withServer(config, async ({ server, names, event }) => {
    using other = new Peer(server.port);
    await other.ask(writeRequest("f"));
    assertEquals((await event("denied")).reason, "only 127.0.0.2 may send");
    using peer = new Peer(server.port, "127.0.0.2");
    assertEquals(await peer.upload("f", pattern(9)), { kind: "ack", block: 1 });
    assertEquals(names(), ["f"]);
  });
});
