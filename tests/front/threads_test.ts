/**
 * How uploads are spread over threads.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Harness, withPeers, withServer } from "../harness.ts";
import { pattern, type Peer } from "../peer.ts";

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
