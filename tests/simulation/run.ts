/**
 * Runs scenarios.
 *
 * @module
 */

import type { PacketFault, Scenario } from "./scenario.ts";
import type { Server } from "./server.ts";
import type { Trace } from "./trace.ts";
import { Violation } from "./violation.ts";
import { World } from "./world.ts";

/** How a world ended. */
export interface Outcome {
  /** `undefined` if all is well. */
  readonly violation: Violation | undefined;
  readonly counts: World["counts"];
  /** All that happened to single packets. */
  readonly applied: readonly PacketFault[];
}

/** Lets a scenario happen; `trace` gets one line for every packet. */
export function run(
  scenario: Scenario,
  server: Server,
  trace?: Trace,
): Outcome {
  const world = new World(scenario, server, trace);
  let violation: Violation | undefined;
  try {
    world.run();
  } catch (error) {
    violation = error instanceof Violation
      ? error
      : new Violation("crash", String(error));
  }
  const { counts, network: { applied } } = world;
  return { violation, counts, applied };
}
