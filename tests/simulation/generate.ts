/**
 * A seed becomes a world.
 *
 * Some worlds are calm: then uploads have to succeed in spite of a few losses,
 * repetitions and delays. The others are rough: there it only counts that
 * nothing false is ever saved or acknowledged, and that all comes to an end.
 *
 * @module
 */

import { Random } from "../random.ts";
import { MAX_BLOCK } from "./expectation.ts";
import { generateSender, type Mood, NAMES } from "./generate_sender.ts";
import { FRAME_BYTES } from "./network.ts";
import {
  type DiskPlan,
  type LimitPlan,
  ONE_THREAD,
  type PacketFault,
  type Rate,
  ROOMY,
  type Scenario,
  type SenderPlan,
  SOUND_DISK,
  type ThreadPlan,
} from "./scenario.ts";

/** How likely a world is where one file really has over 65 535 blocks. */
const LONG_CHANCE = 1 / 20_000;

/** How blocks beyond 65535 are counted: at 0 or 1, and how the server knows. */
export const LONG_MANNERS: readonly [
  Partial<SenderPlan>,
  ...Partial<SenderPlan>[],
] = [
  { rollover: 0, asksRollover: false },
  { rollover: 1, asksRollover: true },
  { rollover: 1, asksRollover: false, tsize: true, boastBytes: 0 },
];

/** Makes up a world. */
export function generate(seed: number): Scenario {
  const random = new Random(seed);
  const scenario = generateAny(seed, random);
  return random.chance(0.2) ? onSinglePort(scenario) : scenario;
}

/**
 * The same with one port for all. There, what is late of an upload cannot be
 * told from another one of the same port, so everybody sends one file, asks for
 * it in one way, and nobody in his name.
 */
function onSinglePort(scenario: Scenario): Scenario {
  const senders = scenario.senders.map((it): SenderPlan => ({
    ...it,
    files: it.files.slice(0, 1),
    habit: it.habit === "refuse-oack" ? "true" : it.habit,
    guessAfter: undefined,
  }));
  return { ...scenario, senders, isSinglePort: true };
}

function generateAny(seed: number, random: Random): Scenario {
  if (random.chance(LONG_CHANCE)) {
    return generateLong(seed, random.pick(LONG_MANNERS));
  }
  const isCalm = random.chance(0.6);
  const mood: Mood = {
    isCalm,
    lateMs: isCalm ? random.pick([0, 300]) : random.pick([0, 300, 20_000]),
    skipsBlocks: random.chance(0.1),
  };
  const count = random.chance(0.02)
    ? random.int(10, 25)
    : random.pick([1, 1, 1, 2, 2, 3, 4, 6]);
  const faults = random.pick([0, 0, 1, 2, 3, 4]);
  const noise = random.chance(0.2) ? random.int(1, 5) : 0;
  return {
    seed,
    senders: random.list(count, (id) => generateSender(random, id, mood)),
    skippedBlocks: mood.skipsBlocks ? MAX_BLOCK - random.int(0, 5) : 0,
    rates: generateRates(random, mood),
    faults: random.list(faults, () => generateFault(random, count, mood)),
    noise: random.list(noise, () => ({
      atMs: random.int(0, 3_000),
      dice: random.int(0, 2 ** 32 - 1),
    })),
    disk: generateDisk(random, isCalm),
    limits: !isCalm && random.chance(0.5) ? tightLimits(random) : ROOMY,
    threads: generateThreads(random),
    stop: isCalm || random.chance(0.9) ? undefined : {
      atMs: random.int(0, random.pick([100, 10_000])),
      graceMs: random.pick([undefined, 0, 2_000, 30_000]),
    },
    maxDatagramBytes: random.chance(0.1) ? FRAME_BYTES : Infinity,
    isSinglePort: false,
  };
}

/** A world of one sender whose block numbers really reach 65535 and roll over. */
export function generateLong(
  seed: number,
  manner: Partial<SenderPlan>,
): Scenario {
  const random = new Random(seed);
  const mood: Mood = { isCalm: true, lateMs: 0, skipsBlocks: false };
  const bytes = 8 * (MAX_BLOCK + random.int(0, 20)) + random.int(0, 7);
  return {
    seed,
    senders: [{
      ...generateSender(random, 0, mood),
      files: [{ name: "core", bytes, pauseMs: 0 }],
      ...{ blksize: 8, windowsize: random.pick([undefined, 4, 64]) },
      ...{ latencyMs: 1, copies: 1, ...manner },
    }],
    skippedBlocks: 0,
    rates: [],
    faults: random.list(2, () => ({
      ...generateFault(random, 1, mood),
      nth: random.int(0, MAX_BLOCK),
    })),
    noise: [],
    disk: SOUND_DISK,
    limits: ROOMY,
    threads: ONE_THREAD,
    stop: undefined,
    ...{ maxDatagramBytes: Infinity, isSinglePort: random.chance(0.3) },
  };
}

function generateRates(random: Random, { isCalm, lateMs }: Mood): Rate[] {
  const rates: Rate[] = [];
  const add = (chance: number, kind: Rate["kind"], maxMs = 0) => {
    if (!random.chance(chance)) return;
    rates.push({
      kind,
      chance: random.pick([0.02, 0.1, 0.3]),
      maxMs: maxMs === 0 ? 0 : random.int(1, maxMs),
      direction: random.pick([undefined, undefined, "up", "down"]),
      ...{ fromMs: 0, untilMs: Infinity },
    });
  };
  add(lateMs > 0 ? 0.5 : 0, "repeat", lateMs);
  add(lateMs > 0 ? 0.5 : 0, "delay", lateMs);
  add(0.3, "stranger");
  if (isCalm) return rates;
  add(0.8, "drop");
  if (random.chance(0.2)) {
    const fromMs = random.int(0, 2_000);
    rates.push({
      ...{ kind: "drop", chance: 1, maxMs: 0, fromMs },
      direction: random.pick([undefined, undefined, "up", "down"]),
      untilMs: fromMs + random.int(10, 30_000),
    });
  }
  return rates;
}

function generateFault(
  random: Random,
  senders: number,
  { lateMs }: Mood,
): PacketFault {
  return {
    kind: lateMs > 0
      ? random.pick(["drop", "drop", "drop", "repeat", "delay"])
      : "drop",
    sender: random.int(0, senders - 1),
    direction: random.pick(["up", "down"]),
    nth: random.int(0, random.pick([2, 5, 20])),
    amount: random.int(1, 300),
  };
}

function generateDisk(random: Random, isCalm: boolean): DiskPlan {
  const isSlow = random.chance(0.3);
  const wait = (ms: number) => isSlow ? random.int(0, ms) : 0;
  const faults = isCalm || random.chance(0.5) ? 0 : random.int(1, 2);
  return {
    oldNames: NAMES.filter(() => random.chance(0.3)),
    faults: random.list(faults, () => ({
      kind: random.pick(["look", "write", "late-write", "sync", "publish"]),
      nth: random.int(0, random.pick([1, 10])),
    })),
    writeMs: wait(isCalm ? 50 : 4_000),
    commitMs: wait(isCalm ? 8_000 : 20_000),
    lookMs: wait(50),
  };
}

function generateThreads(random: Random): ThreadPlan {
  const first = random.pick([1, 1, 2, 3]);
  return {
    first,
    most: random.int(first, 3),
    startMs: random.int(0, 50),
    carrierMs: random.pick([0, 0, 1, 3, 10]),
  };
}

function tightLimits(random: Random): LimitPlan {
  return {
    maxTransfers: random.pick([1, 2, 3, ROOMY.maxTransfers]),
    maxPerClient: random.pick([1, 2, ROOMY.maxPerClient]),
    maxBufferBytes: random.pick([20, 600, Infinity, Infinity]),
    maxBytes: random.pick([Infinity, Infinity, 0, 20, 1_000]),
    freeBytes: random.pick([undefined, undefined, 0, 50, 1_000]),
    idleMs: random.pick([5_000, ROOMY.idleMs]),
    durationMs: random.pick([3_000, 20_000, ROOMY.durationMs]),
    sockets: random.pick([1, 2, Infinity, Infinity]),
  };
}
