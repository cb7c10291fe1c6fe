import { assertEquals } from "@std/assert";
import { RESERVED_STEP_BYTES, reservedFor } from "../../lib/policy/reserve.ts";
import type { Seat } from "../../lib/policy/seats.ts";

Deno.test("reservedFor() keeps free what was announced, but little more than has come", () => {
  const client = { proven: 1, halfOpen: new Set<Seat>() };
  const rows = [
    [RESERVED_STEP_BYTES, 0, RESERVED_STEP_BYTES],
    [RESERVED_STEP_BYTES + 1, 0, RESERVED_STEP_BYTES],
    [1e15, 5_000, RESERVED_STEP_BYTES + 5_000],
    [70, 1e9, 70],
  ] as const;
  for (const [awaitedBytes, receivedBytes, reserved] of rows) {
    const counts = { ...client, awaitedBytes, receivedBytes };
    assertEquals(reservedFor(counts), reserved, `${awaitedBytes}`);
  }
  assertEquals(reservedFor(undefined), 0);
});
