/**
 * How long a client is waited for. Time is real here: what the clock does is
 * tested without one in `tests/protocol/transfer_timer_test.ts`, and that the
 * server has a clock at all is tested here.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Packet } from "../../lib/protocol/packet.ts";
import type { Event } from "../../lib/report/event.ts";
import { withServer } from "./harness.ts";
import { pattern, Peer } from "./peer.ts";

/** More than anyone sends in a second. */
const MANY_BLOCKS = 200_000;

function count(events: readonly Event[], kind: Event["kind"]): number {
  return events.filter((it) => it.kind === kind).length;
}

Deno.test("Server repeats itself twice to a half-open client and ends without a word (rows 19, 57)", async () => {
  // A third repetition would come after seven seconds.
  await withServer({ idleMs: 7_200 }, async ({ server, events, event }) => {
    using peer = new Peer(server.port);
    const answer = await peer.begin("f", { timeout: "1" });
    const { why, bytes } = await event("failed");
    assertEquals([why, bytes], [{ kind: "silent" }, 0]);
    const again = { packet: answer, port: peer.transferPort };
    assertEquals([await peer.next(), await peer.next()], [again, again]);
    await peer.expectSilence();
    assertEquals(count(events, "failed"), 1);
  });
});

Deno.test("Server tells a silent client that it gives up (row 57)", async () => {
  // The shortest there is: three timeouts of one second.
  const config = { idleMs: 1 };
  await withServer(config, async ({ server, names, events, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    assertEquals((await peer.block(1, pattern(512))).kind, "ack");
    let answer: Packet;
    do answer = (await peer.next()).packet; while (answer.kind === "ack");
    assertEquals(answer, { kind: "error", code: 0, message: "timeout" });
    const { why, bytes } = await event("failed");
    assertEquals([why, bytes], [{ kind: "silent" }, 512]);
    await peer.expectSilence();
    await server.stop();
    assertEquals(count(events, "failed"), 1);
    assertEquals(names(), []);
  });
});

Deno.test("Server cuts off a client that goes on and on (row 58)", async () => {
  const config = { durationMs: 1_000 };
  await withServer(config, async ({ server, names, events, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("f", { blksize: "8" });
    let answer: Packet;
    let block = 0;
    do {
      block++;
      answer = await peer.block(block, pattern(8));
    } while (answer.kind === "ack" && block < MANY_BLOCKS);
    assertEquals(answer, {
      kind: "error",
      code: 0,
      message: "transfer takes too long",
    });
    assertEquals((await event("failed")).why, { kind: "too-long" });
    await peer.expectSilence();
    await server.stop();
    assertEquals(count(events, "failed"), 1);
    assertEquals(names(), []);
  });
});

Deno.test("Server ends a half-open upload that takes too long without a word (row 58)", async () => {
  await withServer({ durationMs: 1 }, async ({ server, events, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    assertEquals((await event("failed")).why, { kind: "too-long" });
    await peer.expectSilence();
    await server.stop();
    assertEquals(count(events, "failed"), 1);
  });
});
