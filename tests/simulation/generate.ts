/**
 * A seed becomes a world.
 *
 * Some worlds are calm: then uploads have to succeed in spite of a few losses,
 * repetitions and delays. The others are rough: there it only counts that
 * nothing false is ever saved or acknowledged, and that all comes to an end.
 *
 * @module
 */

import {
  generateSender,
  MAX_BLOCK,
  type Mood,
  NAMES,
} from "./generate_sender.ts";
import { Random } from "./random.ts";
import {
  type DiskFault,
  type DiskPlan,
  type LimitPlan,
  type Noise,
  type PacketFault,
  type Rate,
  ROOMY,
  type Scenario,
  SOUND_DISK,
} from "./scenario.ts";

/** How likely a world is where one file really has over 65 535 blocks. */
const LONG_CHANCE = 1 / 20_000;

/**
 * Makes up a world.
 *
 * @param seed Any whole number.
 */
export function generate(seed: number): Scenario {
  const random = new Random(seed);
  if (random.chance(LONG_CHANCE)) return generateLong(seed);
  const isCalm = random.chance(0.6);
  const lateMs = isCalm ? random.pick([0, 300]) : random.pick([0, 300, 20_000]);
  const senders = random.list(
    random.pick([1, 1, 1, 2, 2, 3, 4, 6]),
    (id) => generateSender(random, id, { isCalm, lateMs }),
  );
  return {
    seed,
    senders,
    rates: generateRates(random, { isCalm, lateMs }),
    faults: random.list(
      random.pick([0, 0, 1, 2, 3, 4]),
      () => generateFault(random, senders.length, lateMs),
    ),
    noise: random.chance(0.2)
      ? random.list(random.int(1, 5), () => generateNoise(random))
      : [],
    disk: generateDisk(random, isCalm),
    limits: !isCalm && random.chance(0.5) ? tightLimits(random) : ROOMY,
  };
}

/**
 * A world of one sender whose block numbers really reach 65535 and roll over.
 *
 * @param seed Any whole number.
 */
export function generateLong(seed: number): Scenario {
  const random = new Random(seed);
  const mood = { isCalm: true, lateMs: 0 };
  const sender = generateSender(random, 0, mood);
  const bytes = 8 * (MAX_BLOCK + random.int(0, 20)) + random.int(0, 7);
  return {
    seed,
    senders: [{
      ...sender,
      files: [{ name: "core", bytes, pauseMs: 0 }],
      blksize: 8,
      windowsize: random.pick([undefined, 4, 64]),
      skippedBlocks: 0,
      latencyMs: 1,
      copies: 1,
    }],
    rates: [],
    faults: random.list(2, () => ({
      ...generateFault(random, 1, mood.lateMs),
      nth: random.int(0, MAX_BLOCK),
    })),
    noise: [],
    disk: SOUND_DISK,
    limits: ROOMY,
  };
}

function generateRates(random: Random, { isCalm, lateMs }: Mood): Rate[] {
  const rates: Rate[] = [];
  const add = (chance: number, kind: Rate["kind"], maxMs: number) => {
    if (random.chance(chance)) rates.push(generateRate(random, kind, maxMs));
  };
  if (lateMs > 0) {
    add(0.5, "repeat", lateMs);
    add(0.5, "delay", lateMs);
  }
  add(0.3, "stranger", 0);
  if (isCalm) return rates;
  add(0.8, "drop", 0);
  add(0.3, "flip", 0);
  if (random.chance(0.2)) {
    const fromMs = random.int(0, 2_000);
    rates.push({
      ...generateRate(random, "drop", 0),
      chance: 1,
      fromMs,
      untilMs: fromMs + random.int(10, 30_000),
    });
  }
  return rates;
}

function generateRate(
  random: Random,
  kind: Rate["kind"],
  maxMs: number,
): Rate {
  return {
    kind,
    chance: random.pick([0.02, 0.1, 0.3]),
    maxMs: maxMs === 0 ? 0 : random.int(1, maxMs),
    direction: random.pick([undefined, undefined, "up", "down"]),
    fromMs: 0,
    untilMs: Infinity,
  };
}

function generateFault(
  random: Random,
  senders: number,
  lateMs: number,
): PacketFault {
  return {
    kind: lateMs > 0
      ? random.pick(["drop", "drop", "flip", "repeat", "delay"])
      : random.pick(["drop", "flip"]),
    sender: random.int(0, senders - 1),
    direction: random.pick(["up", "down"]),
    nth: random.int(0, random.pick([2, 5, 20])),
    amount: random.int(1, 300),
  };
}

function generateNoise(random: Random): Noise {
  return { atMs: random.int(0, 3_000), dice: random.int(0, 2 ** 32 - 1) };
}

function generateDisk(random: Random, isCalm: boolean): DiskPlan {
  const isSlow = random.chance(0.3);
  const wait = (ms: number) => isSlow ? random.int(0, ms) : 0;
  return {
    oldNames: NAMES.filter(() => random.chance(0.3)),
    faults: isCalm || random.chance(0.5)
      ? []
      : random.list(random.int(1, 2), () => generateDiskFault(random)),
    writeMs: wait(isCalm ? 50 : 4_000),
    commitMs: wait(isCalm ? 8_000 : 20_000),
    lookMs: wait(50),
  };
}

function generateDiskFault(random: Random): DiskFault {
  return {
    kind: random.pick(["write", "late-write", "sync", "publish"]),
    nth: random.int(0, random.pick([1, 10])),
  };
}

function tightLimits(random: Random): LimitPlan {
  return {
    maxTransfers: random.pick([1, 2, 3, ROOMY.maxTransfers]),
    maxPerClient: random.pick([1, 2, ROOMY.maxPerClient]),
    maxBytes: random.pick([Infinity, Infinity, 0, 20, 1_000]),
    freeBytes: random.pick([undefined, undefined, 0, 50, 1_000]),
    idleMs: random.pick([5_000, ROOMY.idleMs]),
    durationMs: random.pick([3_000, 20_000, ROOMY.durationMs]),
  };
}
