/**
 * Thousands of uploads over a bad network onto a bad disk, in virtual time; and
 * the proof that the simulation notices what it should.
 *
 * The law: whatever the network, the disk and the senders do, a file is only
 * ever published whole and as it was sent, a sender that got the last ACK has
 * its file saved, and all comes to an end. See `simulation/violation.ts`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { FAULTS } from "./simulation/faults.ts";
import { generate, generateLong, LONG_MANNERS } from "./simulation/generate.ts";
import { run } from "./simulation/run.ts";
import { REAL, type Server } from "./simulation/server.ts";
import { explain, shrink } from "./simulation/shrink.ts";

const SEEDS = 4_000;

Deno.test("the server keeps the law in every world", () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const scenario = generate(seed);
    if (run(scenario, REAL).violation !== undefined) {
      throw new Error(explain(scenario, REAL));
    }
  }
});

Deno.test("the server keeps the law when block numbers really roll over", () => {
  for (const manner of LONG_MANNERS) {
    for (let seed = 1; seed <= 4; seed++) {
      const { violation, counts } = run(generateLong(seed, manner), REAL);
      assertEquals(violation?.message, undefined);
      assertEquals(counts.stored, 1);
    }
  }
});

Deno.test("run() takes the same course every time", () => {
  for (let seed = 1; seed <= 50; seed++) {
    assertEquals(courseOf(seed), courseOf(seed));
  }
});

Deno.test("the simulation catches every deliberate mistake", async (t) => {
  for (const { name, within, server } of FAULTS) {
    await t.step(`a server that ${name}`, () => {
      const seed = firstFailure(server, within);
      assert(seed !== undefined, `not caught within ${within} seeds`);
    });
  }
});

Deno.test("shrink() leaves what it takes to break the same rule", () => {
  const [fault] = FAULTS;
  assert(fault !== undefined);
  const { server } = fault;
  const scenario = generate(firstFailure(server, fault.within) ?? 0);
  const shortest = shrink(scenario, server);
  assertEquals(
    run(shortest, server).violation?.rule,
    run(scenario, server).violation?.rule,
  );
  assertEquals(shortest.senders.length, 1);
  assertEquals(shortest.rates, []);
  assertEquals(shortest.faults, []);
});

function firstFailure(server: Server, within: number): number | undefined {
  for (let seed = 1; seed <= within; seed++) {
    if (run(generate(seed), server).violation !== undefined) return seed;
  }
  return undefined;
}

function courseOf(seed: number): string[] {
  const lines: string[] = [];
  run(generate(seed), REAL, (line) => lines.push(line));
  return lines;
}
