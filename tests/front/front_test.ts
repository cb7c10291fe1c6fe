/**
 * What the front makes of the news of its threads.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { SERVED_AT_ONCE, SERVED_KNOWN } from "../../lib/policy/strangers.ts";
import { errorOf } from "../harness.ts";
import { FrontStage } from "./front_stage.ts";

const BUSY = errorOf(0, "server is busy - try again later");

const ROOMY = { maxPerClient: 99, maxTransfers: 9_999 };

Deno.test("Front decides again about a request whose place could not be had", () => {
  const stage = new FrontStage({ maxTransfers: 2, maxPerClient: 9 });
  for (const port of [5_001, 5_002, 5_003]) stage.ask(port);
  const orders = ["open 1", "open 2", "open 3 evicts 1"];
  assertEquals(stage.takeOrders(), orders);
  stage.tellOf(1, "accepted", "proven");
  stage.tellOf(2, "accepted");
  stage.tellOf(3, "no room");
  assertEquals(stage.takeOrders(), ["open 4 evicts 2"]);
  stage.tellOf(2, "proven");
  assertEquals(stage.socket.takeSent(), []);
  stage.tellOf(4, "no room");
  assertEquals(stage.takeOrders(), []);
  assertEquals(stage.socket.takeSent(), [BUSY]);
  // Not when there is nothing to decide any more.
  stage.tellOf(1, "closed");
  stage.ask(5_004);
  stage.front.drain(9_000);
  stage.tellOf(5, "no room");
  assertEquals(stage.socket.takeSent(), []);
  assertEquals(stage.takeOrders(), ["open 5", "drain"]);
});

Deno.test("Front that stops has no word for those who waited, and waits for all", () => {
  for (const kind of ["drain", "stop"] as const) {
    const stage = new FrontStage();
    stage.ask(5_001);
    stage.ask(5_002);
    stage.takeOrders();
    stage.tellOf(1, "accepted");
    if (kind === "drain") stage.front.drain(9_000);
    else stage.front.stop();
    stage.tellOf(2, "refused");
    assert(!stage.hasEnded, kind);
    stage.tellOf(1, "closed");
    assert(stage.hasEnded, kind);
    assertEquals(stage.socket.takeSent(), [], kind);
    assert(stage.events.every((it) => it.kind !== "refused"), kind);
  }
});

Deno.test("Front without descriptors asks those to go that have one and are worth least", () => {
  const stage = new FrontStage({ maxPerClient: 99 });
  // The first network is known, the second is not.
  stage.ask(4_000);
  stage.tellOf(1, "accepted", "proven");
  for (const port of [5_001, 5_002, 5_003]) stage.ask(port);
  for (const port of [6_001, 6_002]) stage.ask(port, "f", "198.51.100.1");
  stage.takeOrders();
  // One ended, one is half open, and so is a stranger; two wait themselves.
  stage.tellOf(2, "accepted", "proven");
  stage.tellStored(2);
  stage.tellOf(3, "accepted");
  stage.tellOf(5, "accepted");
  stage.tell({ kind: "exhausted", seat: 6 });
  assertEquals(stage.takeOrders(), ["evict 2", "evict 5", "evict 3"]);
  // The others are looked at again when there can be news, no sooner.
  stage.clock.pass(19);
  stage.tell({ kind: "exhausted", seat: 6 });
  stage.ask(7_000);
  assertEquals(stage.takeOrders(), ["open 7 evicts 6"]);
  // Of three places it is one less if nobody can be spared: the first is at work.
  for (const seat of [2, 3, 5]) stage.tellOf(seat, "closed");
  stage.tellOf(6, "refused");
  stage.tellOf(4, "accepted", "proven");
  stage.clock.pass(20);
  stage.tell({ kind: "exhausted", seat: 7 });
  stage.tellOf(7, "refused");
  stage.ask(8_000);
  assertEquals(stage.takeOrders(), []);
  assertEquals(stage.socket.takeSent(), [BUSY]);
});

Deno.test("Front has strangers ask twice in a flood, but nobody whose network sends blocks", () => {
  const stage = new FrontStage(ROOMY);
  stage.ask(5_001);
  stage.tellOf(1, "accepted", "proven");
  const flood = (from: number) => {
    for (let i = from; i <= from + SERVED_AT_ONCE.burst; i++) {
      const { clock, socket } = stage;
      socket.arrive(Uint8Array.of(9), `10.${i >> 8}.${i & 255}.1`, 9_999);
      clock.settle();
    }
  };
  flood(0);
  stage.takeOrders();
  stage.ask(5_002);
  stage.ask(5_002, "f", "198.51.100.1");
  assertEquals(stage.takeOrders(), ["open 2"]);
  // Each that is dropped is told: the last of the flood, and the stranger.
  const dropped = stage.events.filter(({ kind }) => kind === "unread");
  assertEquals(dropped, Array(2).fill({ kind: "unread", requests: 1 }));
  stage.ask(5_002, "f", "198.51.100.1");
  assertEquals(stage.takeOrders(), ["open 3"]);
  // Blocks keep it known, also those of a long upload.
  stage.clock.pass(590_000);
  stage.tell({ kind: "progress", seat: 1, bytes: 5_000 });
  stage.clock.pass(590_000);
  flood(5_000);
  stage.ask(5_003);
  stage.ask(5_003, "f", "198.51.100.2");
  assertEquals(stage.takeOrders(), ["open 4"]);
});

Deno.test("Front counts no request that a block followed, and every other one", () => {
  assertEquals(unreadOf(new FrontStage(ROOMY)), [1, 1, 0]);
  // Where a block may be sent by somebody who saw no answer, all of them count.
  const stage = new FrontStage({ ...ROOMY, isSinglePort: true });
  assertEquals(unreadOf(stage), [1, 1, 1]);
});

/** How many requests are dropped behind a crowd, a progress, and a first block. */
function unreadOf(stage: FrontStage): number[] {
  stage.ask(5_001);
  stage.tellOf(1, "accepted", "proven");
  stage.ask(5_002);
  stage.tellOf(2, "accepted");
  let port = 20_000;
  const forge = (requests: number) => {
    for (let i = 0; i < requests; i++) {
      stage.socket.arrive(Uint8Array.of(9), "192.0.2.77", port++);
      stage.clock.settle();
    }
    const unread = stage.events.filter(({ kind }) => kind === "unread");
    stage.events.length = 0;
    return unread.length;
  };
  // One was asked by the second upload.
  const unread = [forge(SERVED_KNOWN.burst)];
  stage.tell({ kind: "progress", seat: 1, bytes: 512 });
  stage.tell({ kind: "progress", seat: 1, bytes: 1_024 });
  unread.push(forge(1));
  stage.tellOf(2, "proven");
  return [...unread, forge(1)];
}
