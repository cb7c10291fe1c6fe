import { assert, assertEquals } from "@std/assert";
import { SystemClock } from "../lib/clock.ts";

Deno.test("SystemClock has a steady time and one of the calendar", () => {
  const clock = new SystemClock();
  const before = clock.now();
  assert(clock.now() >= before);
  assert(Math.abs(clock.epoch() - Date.now()) < 60_000);
});

Deno.test("after() runs something later, unless it is taken back", async () => {
  const clock = new SystemClock();
  const ran: string[] = [];
  const takeBack = clock.after(1, () => ran.push("taken back"));
  const { promise, resolve } = Promise.withResolvers<void>();
  clock.after(2, () => {
    ran.push("kept");
    resolve();
  });
  takeBack();
  await promise;
  assertEquals(ran, ["kept"]);
});

Deno.test("soon() runs what it is given in order, after this turn", async () => {
  const clock = new SystemClock();
  const ran: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  clock.soon(() => {
    ran.push(1);
    // What comes up meanwhile has a turn of its own.
    clock.soon(() => {
      ran.push(3);
      resolve();
    });
  });
  clock.soon(() => ran.push(2));
  assertEquals(ran, []);
  await promise;
  assertEquals(ran, [1, 2, 3]);
});

Deno.test("stop() lets nothing run that was put off", async () => {
  const clock = new SystemClock();
  clock.stop();
  const ran: number[] = [];
  clock.soon(() => ran.push(1));
  clock.stop();
  // Another clock's turn comes after that one's would have.
  const { promise, resolve } = Promise.withResolvers<void>();
  new SystemClock().soon(resolve);
  await promise;
  assertEquals(ran, []);
});
