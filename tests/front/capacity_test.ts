/**
 * How many uploads there are at once, on which threads, and who gives way to
 * whom.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { ServerConfig } from "../../lib/config.ts";
import type { Event } from "../../lib/report/event.ts";
import {
  ack,
  errorOf,
  type Harness,
  sendFirst,
  withPeers,
  withServer,
} from "../harness.ts";
import { pattern, Peer } from "../peer.ts";

const ACK_0 = ack(0);
const BUSY = errorOf(0, "server is busy - try again later");
const TOO_MANY = errorOf(0, "too many uploads at once - try again later");

/** Runs with as many clients, with one thread and then with three. */
async function withBoth(
  config: Partial<ServerConfig>,
  count: number,
  test: (harness: Harness, peers: readonly Peer[]) => Promise<void>,
): Promise<void> {
  for (const threads of [1, 3]) {
    await withServer(
      config,
      (harness) =>
        withPeers(count, harness.server.port, (peers) => test(harness, peers)),
      { threads },
    );
  }
}

/** Whose uploads gave way, in this order. */
function evicted(events: readonly Event[]): string[] {
  return events.flatMap((it) =>
    it.kind === "failed" && it.why.kind === "evicted" ? [it.filename] : []
  );
}

Deno.test("Front lets no more uploads of an address go on than it may, however many ask at once", () =>
  withBoth({ maxPerClient: 5 }, 20, async ({ count, event }, peers) => {
    const [first, ...others] = peers;
    for (const [i, peer] of peers.slice(0, 5).entries()) {
      await sendFirst(peer, `f${i}`);
    }
    const late = others.slice(4);
    const answers = await Promise.all(late.map((it, i) => it.begin(`g${i}`)));
    assertEquals(answers, Array(15).fill(TOO_MANY));
    assertEquals([count("accepted"), count("refused")], [5, 15]);
    // The end of one makes room for one.
    assertEquals((await first?.block(2, pattern(1)))?.kind, "ack");
    await event("stored");
    assertEquals(await late[0]?.begin("g"), ACK_0);
  }));

Deno.test("Front has mere requests of an address give way to its next one", () =>
  withBoth({ maxPerClient: 3 }, 8, async ({ server, events, read }, forged) => {
    using client = new Peer(server.port);
    // As if somebody had sent them in the client's name.
    for (const [i, peer] of forged.entries()) {
      assertEquals(await peer.begin(`f${i}`), ACK_0);
    }
    assertEquals(server.sockets.most, 3);
    assertEquals((await client.upload("real", pattern(600))).kind, "ack");
    assertEquals(read("real"), pattern(600));
    const gone = ["f0", "f1", "f2", "f3", "f4", "f5"];
    assertEquals(evicted(events), gone);
  }));

Deno.test("Front that is full drops what has ended before what is half open", () =>
  withBoth({ maxTransfers: 3 }, 0, async ({ server, events, read }) => {
    using working = new Peer(server.port);
    using halfOpen = new Peer(server.port);
    using done = new Peer(server.port);
    using next = new Peer(server.port);
    await halfOpen.begin("half-open");
    await sendFirst(working, "working");
    await done.upload("done", pattern(1));
    assertEquals(await next.begin("next"), ACK_0);
    assertEquals(evicted(events), []);
    assertEquals((await halfOpen.block(1, pattern(2))).kind, "ack");
    assertEquals(read("half-open"), pattern(2));
    assertEquals(read("done"), pattern(1));
  }));

Deno.test("Front that is full drops the oldest half-open upload, without a word, and none at work", () =>
  withBoth({ maxTransfers: 4 }, 7, async (harness, peers) => {
    const { server, events, event, read } = harness;
    using client = new Peer(server.port);
    await sendFirst(client, "real");
    for (const [i, peer] of peers.entries()) {
      assertEquals(await peer.begin(`f${i}`), ACK_0);
    }
    for (let i = 0; i < 4; i++) await event("failed");
    assertEquals(evicted(events), ["f0", "f1", "f2", "f3"]);
    for (const peer of peers) await peer.expectSilence();
    // Who takes a place waits until it is empty.
    assertEquals(server.sockets.most, 4);
    assertEquals(await client.block(2, pattern(9)), ack(2));
    assertEquals(read("real").length, 521);
  }));

Deno.test("Front refuses when all it serves are at work", () =>
  withBoth({ maxTransfers: 2 }, 2, async ({ server, events, read }, peers) => {
    using late = new Peer(server.port);
    for (const [i, peer] of peers.entries()) {
      await sendFirst(peer, `f${i}`);
    }
    assertEquals(await late.begin("c"), BUSY);
    assertEquals(evicted(events), []);
    for (const [i, peer] of peers.entries()) {
      assertEquals((await peer.block(2, pattern(1))).kind, "ack");
      assertEquals(read(`f${i}`).length, 513);
    }
    assertEquals(await late.begin("c"), ACK_0);
  }));

/** Begins uploads one by one; the thread of each. */
async function begin(
  { server }: Harness,
  peers: readonly Peer[],
): Promise<(number | undefined)[]> {
  const threads: (number | undefined)[] = [];
  for (const peer of peers) {
    await peer.begin(`f${peer.port}`);
    threads.push(server.sockets.threadOf(peer.transferPort));
  }
  return threads;
}

Deno.test("Front asks for one more thread when each has more than eight uploads, up to the most", () =>
  withServer({}, async (harness) => {
    const { server } = harness;
    await withPeers(36, server.port, async (peers) => {
      const threads = await begin(harness, peers.slice(0, 9));
      assertEquals(threads, Array(9).fill(0));
      assertEquals(server.threads, 2);
      // The new one gets all until it has as many.
      const more = await begin(harness, peers.slice(9, 18));
      assertEquals(more, Array(9).fill(1));
      assertEquals(server.threads, 3);
      await begin(harness, peers.slice(18));
      assertEquals(server.threads, 3);
    });
  }, { maxThreads: 3 }));

Deno.test("Front lets an upload stay on its thread, whatever happens", () =>
  withServer({}, async (harness) => {
    const { server, read } = harness;
    await withPeers(9, server.port, async (peers) => {
      await begin(harness, peers);
      assertEquals(server.threads, 2);
      for (const peer of peers) {
        const port = peer.transferPort;
        // The answer is repeated by the thread that gave it.
        server.pass(400);
        await peer.begin(`f${peer.port}`);
        assertEquals(peer.transferPort, port);
        for (let block = 1; block <= 3; block++) {
          const payload = pattern(block < 3 ? 512 : 1);
          const ack = { kind: "ack", block } as const;
          await peer.send({ kind: "data", block, payload });
          assertEquals(await peer.next(), { packet: ack, port });
        }
        assertEquals(read(`f${peer.port}`).length, 1_025);
      }
    });
  }, { maxThreads: 4 }));
