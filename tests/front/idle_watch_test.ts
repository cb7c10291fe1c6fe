import { assertEquals } from "@std/assert";
import { IdleWatch } from "../../lib/front/idle_watch.ts";
import { withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { ShiftedClock } from "./shifted_clock.ts";

Deno.test("IdleWatch tells once when nothing has happened for 10.1 seconds", () => {
  const clock = new ShiftedClock();
  let told = 0;
  const watch = new IdleWatch(clock, () => told++);
  clock.pass(10_000);
  watch.touch();
  clock.pass(10_000);
  assertEquals(told, 0);
  clock.pass(100);
  assertEquals(told, 1);
  clock.pass(100_000);
  assertEquals(told, 1);
  watch.touch();
  clock.pass(10_100);
  assertEquals(told, 2);
  watch.touch();
  watch.stop();
  watch.touch();
  clock.pass(100_000);
  assertEquals(told, 2);
});

Deno.test("Front tells that its clients are idle, once, whoever else sends", async () => {
  await withServer({}, async ({ server, event, count }) => {
    server.pass(10_100);
    await event("idle");
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    server.pass(10_100);
    // An upload under way is not idle.
    assertEquals((await peer.next()).packet, { kind: "ack", block: 1 });
    await peer.block(2, pattern(5));
    await event("stored");
    assertEquals(count("idle"), 1);
    server.pass(5_000);
    // Strays, and a request without data, whose sender may be forged.
    using stray = new Peer(server.port);
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
  });
});
