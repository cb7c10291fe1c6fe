import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Deadlines } from "../../lib/server/deadlines.ts";

Deno.test("Deadlines wakes no thing before its time, and once", () => {
  const deadlines = new Deadlines<string>(10, 0);
  deadlines.add("a", 25);
  assertEquals(deadlines.take(24), []);
  assertEquals(deadlines.take(30), ["a"]);
  assertEquals(deadlines.take(1_000), []);
});

Deno.test("Deadlines wakes what is overdue in the next interval", () => {
  const deadlines = new Deadlines<string>(10, 1_000);
  deadlines.add("late", 5);
  assertEquals(deadlines.take(1_000), []);
  assertEquals(deadlines.take(1_010), ["late"]);
});

Deno.test("Deadlines never wakes what is due never", () => {
  const deadlines = new Deadlines<string>(10, 0);
  deadlines.add("never", Infinity);
  assertEquals(deadlines.take(Number.MAX_SAFE_INTEGER), []);
});

Deno.test("Deadlines keeps the earlier of two times", () => {
  const deadlines = new Deadlines<string>(10, 0);
  deadlines.add("a", 500);
  deadlines.add("a", 100);
  deadlines.add("a", 900);
  assertEquals(deadlines.take(90), []);
  assertEquals(deadlines.take(100), ["a"]);
  assertEquals(deadlines.take(1_000), []);
  deadlines.add("a", 1_010);
  assertEquals(deadlines.take(1_010), ["a"]);
});

Deno.test("Deadlines forgets what is deleted", () => {
  const deadlines = new Deadlines<string>(10, 0);
  deadlines.add("a", 100);
  deadlines.add("b", 100);
  deadlines.delete("a");
  deadlines.delete("stranger");
  assertEquals(deadlines.take(1_000), ["b"]);
});

Deno.test("Deadlines wakes all after a rest of a year", () => {
  const year = 365 * 24 * 60 * 60 * 1_000;
  const deadlines = new Deadlines<string>(10, 0);
  deadlines.add("before", 50);
  deadlines.add("after", year + 100);
  assertEquals(deadlines.take(year), ["before"]);
  assertEquals(deadlines.take(year + 100), ["after"]);
});

Deno.test("Deadlines wakes everything within an interval of its time", () => {
  const times = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 50 });
  const steps = fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 50 });
  fc.assert(fc.property(times, steps, (due, waits) => {
    const deadlines = new Deadlines<number>(10, 0);
    const left = [...new Set(due)];
    for (const at of left) deadlines.add(at, at);
    let now = 0;
    for (const wait of [...waits, 3_000]) {
      now += wait;
      for (const at of deadlines.take(now)) {
        assert(at <= now);
        left.splice(left.indexOf(at), 1);
      }
      // Nothing stays that was due a whole interval ago.
      assertEquals(left.filter((at) => at <= now - 10), []);
    }
    assertEquals(left, []);
  }));
});
