import { assertEquals } from "@std/assert";
import { Looks, MAX_LOOKS } from "../../lib/transfer/looks.ts";

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
