/**
 * However a server is killed: no half file under a final name, no file lost
 * whose client has the last ACK, and nothing left for good.
 *
 * @module
 */

import { assert } from "@std/assert";
import { newSeed, Random } from "./random.ts";
import { KillLane } from "./stress/kill_lane.ts";
import { withTempDirectory } from "./temp_directory.ts";

const ROUNDS = 50;

Deno.test("100 servers killed amid uploads leave whole files only", async () => {
  const seed = newSeed();
  const random = new Random(seed);
  try {
    // Two directories at once, for a round is mostly spent on waiting.
    await Promise.all([random.fork(), random.fork()].map(killAgainAndAgain));
  } catch (error) {
    throw new Error(`With seed ${seed}`, { cause: error });
  }
});

function killAgainAndAgain(random: Random): Promise<void> {
  return withTempDirectory(async (directory) => {
    const lane = new KillLane(directory, random);
    for (let i = 0; i < ROUNDS; i++) await lane.round();
    await lane.end();
    assert(lane.counts.acknowledged > 0);
    assert(lane.counts.interrupted > 0);
    assert(lane.counts.parts > 0);
  });
}
