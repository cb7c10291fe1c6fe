/**
 * Makes up senders.
 *
 * @module
 */

import type { Random } from "./random.ts";
import type { FilePlan, SenderPlan } from "./scenario.ts";

/** Few names, so that senders meet. */
export const NAMES: readonly [string, ...string[]] = [
  "config",
  "log",
  "core",
  "a.b",
];
/** The last block number before they roll over. */
export const MAX_BLOCK = 65_535;

/** What a world is like. */
export interface Mood {
  /** Whether uploads have to succeed. */
  readonly isCalm: boolean;
  /** How late packets and their repetitions come at most, milliseconds. */
  readonly lateMs: number;
}

/**
 * Makes up a sender.
 *
 * @param random Where chance comes from.
 * @param id The sender's number.
 * @param mood What its world is like.
 */
export function generateSender(
  random: Random,
  id: number,
  { isCalm, lateMs }: Mood,
): SenderPlan {
  const blksize = random.pick([undefined, 8, 8, 8, 16, 32, 512, 1428]);
  const timeoutSeconds = random.pick([undefined, undefined, 1, 2, 3]);
  const isImpatient = !isCalm && random.chance(0.3);
  const fileCount = random.pick([1, 1, 1, 1, 2]);
  const files = random.list(
    fileCount,
    (index) => generateFile(random, index, blksize ?? 512, lateMs),
  );
  return {
    id,
    host: random.chance(0.8) ? id : 0,
    latencyMs: random.pick([1, 1, 5, 20, 90]),
    files: files.map((it, i) =>
      i > 0 && it.bytes === files[0]?.bytes
        ? { ...it, bytes: it.bytes + 1 }
        : it
    ),
    blksize,
    windowsize: random.pick([undefined, undefined, 1, 2, 4, 8, 100]),
    timeoutSeconds,
    tsize: fileCount > 1 || random.chance(0.4),
    intervalMs: isImpatient
      ? random.int(30, 400)
      : timeoutSeconds === undefined
      ? random.pick([1_000, 1_000, 1_500])
      : timeoutSeconds * 1_000,
    tries: isCalm ? 20 : random.pick([2, 5, 20]),
    copies: random.pick([1, 1, 1, 1, 2]),
    habit: random.pick([
      "true",
      "true",
      "true",
      "true",
      "apprentice",
      "ack-oack",
      "block-zero",
      fileCount > 1 ? "true" : "refuse-oack",
    ]),
    rollover: random.chance(0.03) ? 1 : 0,
    skippedBlocks: random.chance(0.1) ? MAX_BLOCK - random.int(0, 5) : 0,
    quit: random.chance(0.08)
      ? {
        afterBlocks: random.int(0, 6),
        withError: random.chance(0.5),
        afterWindow: random.chance(0.5),
      }
      : undefined,
  };
}

function generateFile(
  random: Random,
  index: number,
  blksize: number,
  lateMs: number,
): FilePlan {
  const blocks = random.pick([0, 1, 1, 2, 3, 5, 9, 20]);
  const name = random.chance(0.97) ? random.pick(NAMES) : "../passwd";
  return {
    // Two files of one port have two names, or nobody could tell them apart.
    name: index === 0 ? name : `${name}.${index}`,
    bytes: blocks * blksize +
      (random.chance(0.4) ? 0 : random.int(1, blksize - 1)),
    pauseMs: index === 0
      ? random.pick([0, 0, 10, 500, 3_000])
      : lateMs > 0
      ? random.pick([1_000, 2_000, 7_000])
      : random.pick([0, 0, 10, 1_000, 6_000]),
  };
}
