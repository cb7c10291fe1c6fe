/**
 * Lets a scenario happen: the real protocol core and policy between a model of
 * the driver, a disk, a network and senders, in virtual time. The same scenario
 * always takes the same course.
 *
 * @module
 */

import { LISTENER } from "./address.ts";
import { Clock } from "./clock.ts";
import { Disk } from "./disk.ts";
import { ListenerModel } from "./listener_model.ts";
import type { Server } from "./machine.ts";
import { Network } from "./network.ts";
import { skippedBlocksOf } from "./expectation.ts";
import type { PacketFault, Scenario } from "./scenario.ts";
import { Sender } from "./sender.ts";
import { makeNoise } from "./stranger.ts";
import type { Trace } from "./trace.ts";
import { Violation } from "./violation.ts";
import { type Counts, Witness } from "./witness.ts";

/** How a world ended. */
export interface Outcome {
  /** The rule that was broken; `undefined` if all is well. */
  readonly violation: Violation | undefined;
  /** How many uploads ended how. */
  readonly counts: Counts;
  /** All that happened to single packets. */
  readonly applied: readonly PacketFault[];
  /** What senders and files came to. */
  readonly chronicle: readonly string[];
}

/** A world that is not at rest after this many happenings never will be. */
const MIN_HAPPENINGS = 100_000;
const HAPPENINGS_PER_BLOCK = 200;

/**
 * Lets a scenario happen twice if there are strangers in it, the second time
 * without: they must not make any difference to anyone (rule `stranger`).
 *
 * @param scenario What is given.
 * @param server The server that is put to the test.
 * @param trace Gets one line for every packet.
 */
export function run(
  scenario: Scenario,
  server: Server,
  trace?: Trace,
): Outcome {
  const outcome = runOnce(scenario, server, trace);
  const others = withoutStrangers(scenario);
  if (outcome.violation !== undefined || others === undefined) return outcome;
  const { chronicle } = runOnce(others, server, undefined);
  const index = chronicle.findIndex((it, i) => it !== outcome.chronicle[i]);
  if (index === -1 && chronicle.length === outcome.chronicle.length) {
    return outcome;
  }
  const what = `"${chronicle[index]}" became "${outcome.chronicle[index]}"`;
  return { ...outcome, violation: new Violation("stranger", what) };
}

function withoutStrangers(scenario: Scenario): Scenario | undefined {
  const { rates, faults } = scenario;
  const others = {
    rates: rates.filter(({ kind }) => kind !== "stranger"),
    faults: faults.filter(({ kind }) => kind !== "stranger"),
  };
  return others.rates.length === rates.length &&
      others.faults.length === faults.length
    ? undefined
    : {
      ...scenario,
      faults: others.faults,
      // The dice know a rate by its place.
      rates: rates.map((it) =>
        it.kind === "stranger" ? { ...it, chance: 0 } : it
      ),
    };
}

function runOnce(
  scenario: Scenario,
  server: Server,
  trace: Trace | undefined,
): Outcome {
  const clock = new Clock();
  const timed = trace === undefined
    ? undefined
    : (line: string) => trace(`${`${clock.now}`.padStart(9)} ms  ${line}`);
  const witness = new Witness(scenario, clock, timed);
  const network = new Network(clock, scenario, timed);
  const disk = new Disk(
    scenario.disk,
    server.flaws,
    (part, content) => witness.published(part, content),
  );
  witness.watch(disk);
  const skipped = new Map<string, number>();
  const listener = new ListenerModel({
    clock,
    network,
    disk,
    server,
    limits: scenario.limits,
    witness,
    skippedBlocks: ({ key }) => skipped.get(key) ?? 0,
  });
  for (const { atMs, dice } of scenario.noise) {
    const { bytes, from } = makeNoise(dice);
    clock.after(atMs, () => network.send(bytes, from, LISTENER));
  }
  let violation: Violation | undefined;
  try {
    for (const plan of scenario.senders) {
      const { address } = new Sender(plan, clock, network, witness);
      skipped.set(address.key, skippedBlocksOf(plan));
    }
    if (!clock.runToRest(mostHappenings(scenario))) {
      throw new Violation("remains", "the world does not come to rest");
    }
    witness.leave(listener.size);
  } catch (error) {
    violation = error instanceof Violation
      ? error
      : new Violation("crash", String(error));
  }
  const { counts, chronicle } = witness;
  return { violation, counts, chronicle, applied: network.applied };
}

function mostHappenings({ senders }: Scenario): number {
  let blocks = 0;
  for (const { files, blksize } of senders) {
    for (const { bytes } of files) blocks += bytes / (blksize ?? 512);
  }
  return MIN_HAPPENINGS + HAPPENINGS_PER_BLOCK * blocks;
}
