/**
 * What becomes of requests while the disk does not answer, and of uploads whose
 * directory is gone.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Looks, MAX_IN_LINE, MAX_LOOKS } from "../../lib/transfer/looks.ts";
import { ack, errorOf } from "../harness.ts";
import { look, RoomStage } from "./room_stage.ts";

const BUSY =
  "0 server is busy - try again later: 10000 requests wait for the disk";
const AWAY = "upload directory is not available";
const SPARING = { sparesAnswered: true } as const;

/** A room that so many have asked while the disk answers only when it is told. */
function stalled(count: number): RoomStage {
  const stage = new RoomStage();
  stage.isQuick = false;
  for (let seat = 1; seat <= count; seat++) stage.open(seat, 5_000 + seat);
  assertEquals(stage.takeNews(), []);
  return stage;
}

Deno.test("Room has few requests look at the disk at once, and the others wait in line", () => {
  const all = MAX_LOOKS + MAX_IN_LINE;
  const stage = stalled(all);
  const late = all + 1;
  const askAgain = () => {
    stage.open(late, 5_000 + late);
    return stage.takeNews();
  };
  assertEquals(stage.parts.size, MAX_LOOKS);
  assertEquals(askAgain(), [`refused ${late} (${BUSY})`]);
  // Whoever goes meanwhile leaves the disk as busy as it was.
  stage.order({ kind: "evict", seat: 1, ...SPARING });
  assertEquals(askAgain(), ["refused 1", `refused ${late} (${BUSY})`]);
  // Whoever goes in line makes room there.
  const next = MAX_LOOKS + 1;
  stage.order({ kind: "evict", seat: next, ...SPARING });
  assertEquals(askAgain(), [`refused ${next}`]);
  assertEquals(stage.parts.size, MAX_LOOKS);
  stage.finish(look, 1);
  stage.finish(look, 2);
  assertEquals(stage.takeNews(), ["accepted 2"]);
  assertEquals(stage.parts.size, MAX_LOOKS + 2);
});

Deno.test("Room does not look at the disk for those who have gone while they waited", () => {
  const all = 2 * MAX_LOOKS;
  const stage = stalled(all);
  stage.clock.pass(5_000);
  stage.order({ kind: "repeat", seat: all });
  stage.clock.pass(1_500);
  stage.finish(look, 1);
  // The client of the first look has gone as well.
  const gone = [1];
  for (let seat = MAX_LOOKS + 1; seat < all; seat++) gone.push(seat);
  const told = gone.map((seat) => `refused ${seat}`);
  assertEquals(stage.takeNews().sort(), told.sort());
  assertEquals(stage.parts.size, MAX_LOOKS + 1);
  stage.finish(look, all);
  assertEquals(stage.takeNews(), [`accepted ${all}`]);
});

Deno.test("Room drops a request without a word if the disk answers when its client has gone", () => {
  const stage = stalled(3);
  stage.clock.pass(5_000);
  stage.order({ kind: "repeat", seat: 2 });
  stage.clock.pass(1_500);
  stage.finish(look, 1);
  stage.finish(look, 2);
  stage.finish(({ looked }) =>
    looked.settle(() => {
      throw new Error("broken");
    }), 3);
  assertEquals(stage.takeNews(), ["refused 1", "accepted 2", "refused 3"]);
  assertEquals(stage.takeSent(), [ack(0)]);
});

Deno.test("Room fails all uploads when the directory is gone, and takes new ones when it is back", () => {
  const stage = stalled(2);
  stage.finish(look, 1);
  assertEquals(stage.takeNews(), ["accepted 1"]);
  stage.order({ kind: "fail" });
  const told = [`refused 2 (2 ${AWAY})`, `failed 1 (${AWAY})`];
  assertEquals(stage.takeNews().slice(0, 2), told);
  assertEquals(stage.takeSent(), [ack(0), errorOf(2, AWAY)]);
  stage.open(3, 5_003);
  stage.finish(look, 3);
  assertEquals(stage.takeNews(), ["accepted 3"]);
});

Deno.test("Looks lets networks take turns, the first to come of each", async () => {
  const looks = new Looks();
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const add = (seat: number, network: string) =>
    looks.add(seat, network, () => {
      order.push(`${network}${seat}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.push(resolve);
      return promise;
    });
  for (let seat = 1; seat <= MAX_LOOKS; seat++) add(seat, "x");
  order.length = 0;
  for (const seat of [101, 102, 103, 104]) add(seat, "a");
  add(201, "b");
  looks.remove(103, "a");
  assertEquals(order, []);
  for (const end of ends.splice(0)) end();
  await Promise.resolve();
  assertEquals(order, ["a101", "b201", "a102", "a104"]);
});

Deno.test("Looks goes on behind one that nobody needs any more", () => {
  const looks = new Looks();
  let made = 0;
  looks.add(1, "a", () => undefined);
  looks.add(2, "a", () => {
    made++;
    return Promise.resolve();
  });
  assertEquals(made, 1);
});
