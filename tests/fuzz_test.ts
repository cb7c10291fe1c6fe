/**
 * The short form of `stress/fuzz.ts`.
 *
 * @module
 */

import { assert } from "@std/assert";
import { newSeed, Random } from "./random.ts";
import { fuzzCore } from "./stress/fuzz_core.ts";
import { fuzzServer } from "./stress/fuzz_server.ts";

Deno.test("the protocol core takes any mutated datagram", () => {
  fuzzCore(300_000, new Random(newSeed()));
});

Deno.test("a server takes any mutated datagram and never answers at length", async () => {
  const random = new Random(newSeed());
  try {
    const { transfers } = await fuzzServer(5_000, random);
    assert(transfers > 0);
  } catch (error) {
    throw new Error(`With seed ${random.seed}`, { cause: error });
  }
});
