import { assertEquals } from "@std/assert";
import { IdleWatch } from "../../lib/front/idle_watch.ts";
import { ack, sendFirst, withClient } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { ShiftedClock } from "./shifted_clock.ts";

Deno.test("IdleWatch tells once when nothing has happened for 10.1 seconds", () => {
  const clock = new ShiftedClock();
  let told = 0;
  const watch = new IdleWatch(clock, () => told++);
  const toldAfter = (ms: number) => {
    clock.pass(ms);
    return told;
  };
  assertEquals(toldAfter(10_000), 0);
  watch.touch();
  assertEquals([10_000, 100, 100_000].map(toldAfter), [0, 1, 1]);
  watch.touch();
  assertEquals(toldAfter(10_100), 2);
  watch.touch();
  watch.stop();
  watch.touch();
  assertEquals(toldAfter(100_000), 2);
});

Deno.test("Front tells that its clients are idle, once, whoever else sends", () =>
  withClient({}, async ({ peer, server, event, count }) => {
    using stray = new Peer(server.port);
    server.pass(10_100);
    await event("idle");
    await sendFirst(peer, "f");
    server.pass(10_100);
    // An upload under way is not idle.
    assertEquals((await peer.next()).packet, ack(1));
    await peer.block(2, pattern(5));
    await event("stored");
    assertEquals(count("idle"), 1);
    server.pass(5_000);
    // Strays, and a request without data, whose sender may be forged.
    await stray.sendBytes(Uint8Array.of(7, 7), server.port);
    await stray.begin("../x");
    await stray.begin("half-open");
    server.pass(5_100);
    await event("idle");
    for (let i = 0; i < 3; i++) {
      await stray.expectSilence();
      server.pass(10_100);
    }
    assertEquals(count("idle"), 2);
  }));
