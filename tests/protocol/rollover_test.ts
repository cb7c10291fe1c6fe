import { assertEquals } from "@std/assert";
import { distance, wireNumber } from "../../lib/protocol/rollover.ts";

Deno.test("wireNumber() begins anew at 0 or at 1", () => {
  const rows = [
    [0, 0, 0],
    [1, 1, 1],
    [65_535, 65_535, 65_535],
    [65_536, 0, 1],
    [65_537, 1, 2],
    [131_070, 65_534, 65_535],
    [131_071, 65_535, 1],
    [131_072, 0, 2],
  ] as const;
  for (const [block, to0, to1] of rows) {
    assertEquals(wireNumber(block, 0), to0, `${block}`);
    assertEquals(wireNumber(block, 1), to1, `${block}`);
  }
});

/** How far numbers on the wire are ahead of a block; `none` if they are none. */
const AHEAD = {
  0: "1 at 0: 1, 0 at 0: 0, 0 at 65535: 1, 1 at 65535: 2, 65535 at 65536: -1, " +
    "65535 at 65535: 0, 5 at 65541: 0, 32767 at 0: 32767, 32768 at 0: -32768",
  1: "1 at 0: 1, 0 at 0: 0, 0 at 3: -3, 1 at 65535: 1, 2 at 65535: 2, " +
    "0 at 65535: none, 0 at 65536: none, 65535 at 65536: -1, 1 at 65536: 0, " +
    "2 at 65536: 1, 1 at 131070: 1, 32768 at 1: 32767, 32769 at 1: -32767",
} as const;

Deno.test("distance() is the shorter way round", () => {
  for (const rollover of [0, 1] as const) {
    for (const row of AHEAD[rollover].split(", ")) {
      const [, wire, block, ahead] = /^(\d+) at (\d+): (.*)$/.exec(row) ?? [];
      const expected = ahead === "none" ? undefined : Number(ahead);
      const found = distance(Number(wire), Number(block), rollover);
      assertEquals(found, expected, `${row}, to ${rollover}`);
    }
  }
});

Deno.test("distance() finds every block within reach by its number", () => {
  for (const rollover of [0, 1] as const) {
    for (const block of [1, 40_000, 65_534, 65_536, 131_071, 10_000_019]) {
      for (const ahead of [-30_000, -2, -1, 0, 1, 2, 4, 30_000]) {
        if (block + ahead < 1) continue;
        const wire = wireNumber(block + ahead, rollover);
        assertEquals(distance(wire, block, rollover), ahead);
      }
    }
  }
});
