import { assertEquals } from "@std/assert";
import { Shared } from "../lib/shared.ts";

Deno.test("freeBytes holds any number of bytes, or that nobody knows", () => {
  const shared = new Shared();
  assertEquals(shared.freeBytes, 0);
  for (const bytes of [70, -70, 2 ** 50, undefined, 0]) {
    shared.freeBytes = bytes;
    assertEquals(shared.freeBytes, bytes);
  }
  // A share of a disk need not be a whole number.
  shared.freeBytes = 70.9;
  assertEquals(shared.freeBytes, 70);
});

Deno.test("Shared shows the same numbers to all who have its memory", () => {
  const shared = new Shared();
  const other = new Shared(shared.memory);
  shared.freeBytes = 70;
  assertEquals(other.freeBytes, 70);
  other.takeFree(20);
  assertEquals(shared.freeBytes, 50);
});

Deno.test("takeFree() takes all or nothing, and says what is missing", () => {
  const shared = new Shared();
  shared.freeBytes = 100;
  assertEquals([shared.takeFree(60), shared.freeBytes], [0, 40]);
  assertEquals([shared.takeFree(60), shared.freeBytes], [20, 40]);
  assertEquals([shared.takeFree(40), shared.freeBytes], [0, 0]);
  assertEquals([shared.takeFree(1), shared.freeBytes], [1, 0]);
  shared.freeBytes = -5;
  assertEquals([shared.takeFree(1), shared.freeBytes], [6, -5]);
});

Deno.test("takeFree() takes any number where nobody knows", () => {
  const shared = new Shared();
  shared.freeBytes = undefined;
  assertEquals(shared.takeFree(2 ** 50), 0);
  assertEquals(shared.freeBytes, undefined);
});

Deno.test("takeFree() takes from what another thread has left meanwhile", () => {
  for (const [bytes, missing, left] of [[70, 0, 0], [80, 10, 70]]) {
    const shared = new Shared();
    const other = new Shared(shared.memory);
    shared.freeBytes = 100;
    // Between the look and the change.
    const own = Atomics.compareExchange;
    Atomics.compareExchange = new Proxy(own, {
      apply: (_own, self, args) => {
        Atomics.compareExchange = own;
        other.takeFree(30);
        return Reflect.apply(own, self, args);
      },
    });
    assertEquals(shared.takeFree(bytes ?? 0), missing);
    assertEquals(shared.freeBytes, left);
  }
});

Deno.test("countBuffer() counts for all threads", () => {
  const shared = new Shared();
  const other = new Shared(shared.memory);
  assertEquals(shared.bufferBytes, 0);
  shared.countBuffer(70_000);
  other.countBuffer(500);
  shared.countBuffer(-70_000);
  assertEquals([shared.bufferBytes, other.bufferBytes], [500, 500]);
  assertEquals(shared.freeBytes, 0);
});
