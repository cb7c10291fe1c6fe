/**
 * The short form of `stress/soak.ts`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { newSeed } from "./random.ts";
import { soak } from "./stress/soak.ts";

Deno.test("descriptors and parts are gone once clients with every fault pause", async () => {
  const seed = newSeed();
  const options = { clients: 8, bouts: 1, loadMs: 1_500, seed };
  const { acknowledged, failures } = await soak(options);
  assertEquals(failures, [], `seed ${seed}`);
  assert(acknowledged > 0, `seed ${seed}`);
});
