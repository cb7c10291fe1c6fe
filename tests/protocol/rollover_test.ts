import { assertEquals } from "@std/assert";
import {
  distance,
  type Rollover,
  wireNumber,
} from "../../lib/protocol/rollover.ts";

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

Deno.test("distance() is the shorter way round", () => {
  const rows: readonly (readonly [
    wire: number,
    block: number,
    rollover: Rollover,
    ahead: number | undefined,
  ])[] = [
    [1, 0, 0, 1],
    [0, 0, 0, 0],
    [0, 65_535, 0, 1],
    [1, 65_535, 0, 2],
    [65_535, 65_536, 0, -1],
    [65_535, 65_535, 0, 0],
    [5, 65_536 + 5, 0, 0],
    [32_767, 0, 0, 32_767],
    [32_768, 0, 0, -32_768],
    [1, 0, 1, 1],
    [0, 0, 1, 0],
    [0, 3, 1, -3],
    [1, 65_535, 1, 1],
    [2, 65_535, 1, 2],
    [0, 65_535, 1, undefined],
    [0, 65_536, 1, undefined],
    [65_535, 65_536, 1, -1],
    [1, 65_536, 1, 0],
    [2, 65_536, 1, 1],
    [1, 131_070, 1, 1],
    [32_768, 1, 1, 32_767],
    [32_769, 1, 1, -32_767],
  ];
  for (const [wire, block, rollover, ahead] of rows) {
    const row = `${wire} at ${block}, to ${rollover}`;
    assertEquals(distance(wire, block, rollover), ahead, row);
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
