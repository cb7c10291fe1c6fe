import { assertEquals } from "@std/assert";
import { SERVED_AT_ONCE } from "../../lib/policy/strangers.ts";
import { FrontStage } from "./front_stage.ts";

Deno.test("Front tells how many requests it dropped in a flood", () => {
  const stage = new FrontStage();
  const dropped = 7;
  for (let i = 0; i < SERVED_AT_ONCE.burst + dropped; i++) {
    stage.ask(5_000, "f", `10.${i >> 8}.${i & 255}.1`);
  }
  const requests = stage.events
    .flatMap((it) => it.kind === "unread" ? [it.requests] : []);
  assertEquals(requests, Array(dropped).fill(1));
  // Whoever repeats a request is served.
  const i = SERVED_AT_ONCE.burst;
  stage.takeOrders();
  stage.ask(5_000, "f", `10.${i >> 8}.${i & 255}.1`);
  assertEquals(stage.takeOrders().length, 1);
});
