/**
 * The short form of `stress/soak.ts`.
 *
 * @module
 */

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { newSeed } from "./stress/random.ts";
import { soak } from "./stress/soak.ts";

Deno.test("descriptors and parts are gone once clients with every fault pause", async () => {
  const seed = newSeed();
  const { counts, failures, idle, pauses } = await soak(
    { clients: 8, bouts: 1, loadMs: 1_500, seed },
  );
  assertEquals(failures, [], `seed ${seed}`);
  assert((counts["acknowledged"] ?? 0) > 0, `seed ${seed}`);
  const [pause] = pauses;
  if (idle === undefined || pause === undefined) return;
  assertLessOrEqual(pause.descriptors, idle.descriptors + 4, `seed ${seed}`);
});
