/**
 * However a server ends: no half file under a final name, no file lost whose
 * client has the last ACK, and nothing left for good.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ServerProcess } from "./process.ts";
import { list } from "./server/harness.ts";
import { withTempDirectory } from "./temp_directory.ts";
import { KillLane } from "./stress/kill_lane.ts";
import { newSeed, Random } from "./stress/random.ts";

const ROUNDS = 50;

Deno.test("100 servers killed amid uploads leave whole files only", async () => {
  const seed = newSeed();
  const random = new Random(seed);
  try {
    // Two directories at once, for a round is mostly spent on waiting.
    const lanes = await Promise.all([
      killAgainAndAgain(random.fork()),
      killAgainAndAgain(random.fork()),
    ]);
    for (const { counts } of lanes) {
      assert(counts.acknowledged > 0);
      assert(counts.interrupted > 0);
      assert(counts.parts > 0);
    }
  } catch (error) {
    throw new Error(`With seed ${seed}`, { cause: error });
  }
});

Deno.test("a server told to stop as soon as it listens ends in order", () =>
  withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    server.kill("SIGTERM");
    assertEquals(await server.exitCode(), 0);
    assertEquals(list(directory), []);
  }));

async function killAgainAndAgain(random: Random): Promise<KillLane> {
  const lanes: KillLane[] = [];
  await withTempDirectory(async (directory) => {
    const lane = new KillLane(directory, random);
    lanes.push(lane);
    for (let i = 0; i < ROUNDS; i++) await lane.round();
    await lane.end();
  });
  const [lane] = lanes;
  assert(lane !== undefined);
  return lane;
}
