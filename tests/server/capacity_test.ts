import { assertEquals } from "@std/assert";
import type { Event } from "../../lib/report/event.ts";
import { withServer } from "./harness.ts";
import { pattern, Peer } from "./peer.ts";

const ACK_0 = { kind: "ack", block: 0 } as const;
const BUSY = {
  kind: "error",
  code: 0,
  message: "server is busy - try again later",
} as const;
const TOO_MANY = {
  kind: "error",
  code: 0,
  message: "too many uploads at once - try again later",
} as const;

/** Whose uploads gave way, in this order. */
function evicted(events: readonly Event[]): string[] {
  return events.flatMap((it) =>
    it.kind === "failed" && it.why.kind === "evicted" ? [it.filename] : []
  );
}

Deno.test("Server refuses one upload too many of an address", async () => {
  await withServer({ maxPerClient: 2 }, async ({ server, event }) => {
    using first = new Peer(server.port);
    using second = new Peer(server.port);
    using third = new Peer(server.port);
    await first.begin("a");
    await second.begin("b");
    assertEquals(await third.begin("c"), TOO_MANY);
    assertEquals((await event("refused")).filename, "c");
    // The refusal was no harm to the others, and the end of one makes room.
    assertEquals((await first.block(1, pattern(1))).kind, "ack");
    assertEquals(await third.begin("c"), ACK_0);
  });
});

Deno.test("Server makes room for an address when its upload fails", async () => {
  await withServer({ maxPerClient: 1 }, async ({ server, event }) => {
    using first = new Peer(server.port);
    using second = new Peer(server.port);
    await first.begin("a");
    assertEquals(await second.begin("b"), TOO_MANY);
    await first.send({ kind: "error", code: 0, message: "bye" });
    await event("failed");
    assertEquals(await second.begin("b"), ACK_0);
  });
});

Deno.test("Server lets a client at its limit begin anew from its port (row 4)", async () => {
  await withServer({ maxPerClient: 1 }, async ({ server, names }) => {
    using peer = new Peer(server.port);
    await peer.begin("a");
    await peer.block(1, pattern(512));
    assertEquals((await peer.upload("b", pattern(3))).kind, "ack");
    await server.stop();
    assertEquals(names(), ["b"]);
  });
});

Deno.test("Server counts the uploads of each address by itself", async () => {
  const config = { hostname: "0.0.0.0", maxPerClient: 1 };
  await withServer(config, async ({ server }) => {
    using here = new Peer(server.port);
    using there = new Peer(server.port, "127.0.0.2");
    assertEquals(await here.begin("a"), ACK_0);
    assertEquals(await there.begin("b"), ACK_0);
    using again = new Peer(server.port, "127.0.0.2");
    assertEquals(await again.begin("c"), TOO_MANY);
  });
});

Deno.test("Server that is full drops what has ended before what is half open", async () => {
  await withServer({ maxTransfers: 3 }, async ({ server, events, read }) => {
    using working = new Peer(server.port);
    using halfOpen = new Peer(server.port);
    using done = new Peer(server.port);
    using next = new Peer(server.port);
    await halfOpen.begin("half-open");
    await working.begin("working");
    await working.block(1, pattern(512));
    await done.upload("done", pattern(1));
    assertEquals(await next.begin("next"), ACK_0);
    assertEquals(evicted(events), []);
    assertEquals(await halfOpen.block(1, pattern(2)), {
      kind: "ack",
      block: 1,
    });
    assertEquals(read("half-open"), pattern(2));
    assertEquals(read("done"), pattern(1));
  });
});

Deno.test("Server that is full drops the oldest half-open upload, without a word", async () => {
  await withServer({ maxTransfers: 2 }, async ({ server, events, event }) => {
    const peers = Array.from({ length: 5 }, () => new Peer(server.port));
    for (const [i, peer] of peers.entries()) {
      assertEquals(await peer.begin(`f${i}`), ACK_0);
    }
    for (let i = 0; i < 3; i++) {
      assertEquals((await event("failed")).filename, `f${i}`);
    }
    assertEquals(evicted(events), ["f0", "f1", "f2"]);
    for (const peer of peers) {
      await peer.expectSilence();
      peer[Symbol.dispose]();
    }
  });
});

Deno.test("Server refuses when all it serves are at work", async () => {
  await withServer({ maxTransfers: 2 }, async ({ server, events, read }) => {
    using first = new Peer(server.port);
    using second = new Peer(server.port);
    using third = new Peer(server.port);
    for (const peer of [first, second]) {
      await peer.begin(peer === first ? "a" : "b");
      await peer.block(1, pattern(512));
    }
    assertEquals(await third.begin("c"), BUSY);
    assertEquals(evicted(events), []);
    assertEquals((await first.block(2, pattern(1))).kind, "ack");
    assertEquals((await second.block(2, pattern(2))).kind, "ack");
    assertEquals([read("a").length, read("b").length], [513, 514]);
    assertEquals(await third.begin("c"), ACK_0);
  });
});

Deno.test("Server keeps its real clients through a flood of requests", async () => {
  await withServer({ maxTransfers: 8 }, async ({ server, events, read }) => {
    using client = new Peer(server.port);
    await client.begin("real");
    await client.block(1, pattern(512));
    const flood = Array.from({ length: 60 }, () => new Peer(server.port));
    const answers = await Promise.all(
      flood.map((peer, i) => peer.begin(`flood-${i}`)),
    );
    assertEquals(answers, Array(60).fill(ACK_0));
    for (const peer of flood) peer[Symbol.dispose]();
    // One is at work, and seven of the flood have not given way.
    assertEquals(evicted(events).length, 53);
    assertEquals(await client.block(2, pattern(9)), { kind: "ack", block: 2 });
    assertEquals(read("real").length, 521);
  });
});
