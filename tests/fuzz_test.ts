/**
 * The short form of `stress/fuzz.ts`.
 *
 * @module
 */

import { assert } from "@std/assert";
import { fuzzCore } from "./stress/fuzz_core.ts";
import { fuzzServer } from "./stress/fuzz_server.ts";
import { newSeed, Random } from "./stress/random.ts";

const CORE_CASES = 300_000;
const SERVER_DATAGRAMS = 5_000;

Deno.test("the protocol core takes any mutated datagram", () => {
  fuzzCore(CORE_CASES, new Random(newSeed()));
});

Deno.test("a server takes any mutated datagram and never answers at length", async () => {
  const random = new Random(newSeed());
  try {
    const { transfers } = await fuzzServer(SERVER_DATAGRAMS, random);
    assert(transfers > 0);
  } catch (error) {
    throw new Error(`With seed ${random.seed}`, { cause: error });
  }
});
