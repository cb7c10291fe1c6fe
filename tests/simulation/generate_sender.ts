/**
 * Makes up senders.
 *
 * @module
 */

import type { Random } from "../random.ts";
import type { FilePlan, SenderPlan } from "./scenario.ts";

/** Few names, so that senders meet. */
export const NAMES = ["config", "log", "core", "a/b"] as const;

/** What a world is like. */
export interface Mood {
  /** Whether uploads have to succeed. */
  readonly isCalm: boolean;
  /** How late packets and their repetitions come at most, milliseconds. */
  readonly lateMs: number;
  /** Whether block numbers begin just before they roll over. */
  readonly skipsBlocks: boolean;
}

/** Makes up a sender of a number and for a world. */
export function generateSender(
  random: Random,
  id: number,
  mood: Mood,
): SenderPlan {
  const { isCalm, skipsBlocks } = mood;
  const blksize = random.pick([undefined, 8, 8, 8, 16, 32, 512, 1428, 8192]);
  const timeoutSeconds = random.pick([undefined, undefined, 1, 2, 3]);
  const isImpatient = !isCalm && random.chance(0.3);
  const files = generateFiles(random, blksize ?? 512, mood);
  const isOne = files.length === 1;
  const plain: SenderPlan = {
    id,
    host: random.chance(0.8) ? id : 0,
    latencyMs: random.pick([1, 1, 5, 20, 90]),
    files,
    blksize,
    windowsize: random.pick([undefined, undefined, 1, 2, 4, 8, 100]),
    timeoutSeconds,
    tsize: !isOne || random.chance(0.4),
    ...{ boastBytes: 0, guessAfter: undefined },
    thinkMs: random.pick([0, 0, 0, 0, 0, 0, 300, 700, 2_500, 6_000]),
    intervalMs: isImpatient
      ? random.int(30, 400)
      : timeoutSeconds === undefined
      ? random.pick([1_000, 1_000, 1_500])
      : timeoutSeconds * 1_000,
    tries: isCalm ? 20 : random.pick([2, 5, 20]),
    copies: random.pick([1, 1, 1, 1, 2]),
    habit: random.pick([
      ...["true", "true", "true", "true", "apprentice", "ack-oack"] as const,
      // In the midst of a file the number 0 has another meaning.
      skipsBlocks ? "true" : "block-zero",
      isOne ? "refuse-oack" : "true",
    ]),
    rollover: random.chance(skipsBlocks ? 0.4 : 0.03) ? 1 : 0,
    asksRollover: random.chance(skipsBlocks ? 0.4 : 0.03),
    // Whoever gets it twice where its number is due has to believe it.
    echoAfter: skipsBlocks && mood.lateMs === 0 && random.chance(0.4)
      ? random.int(0, 7)
      : undefined,
    adapts: random.chance(0.4),
    quit: random.chance(0.92) ? undefined : {
      afterBlocks: random.int(0, 6),
      withError: random.chance(0.5),
      afterWindow: random.chance(0.5),
    },
  };
  return isOne ? makeOdd(random, plain, mood) : plain;
}

/** Has some of those who send one file do what few do. */
function makeOdd(
  random: Random,
  plain: SenderPlan,
  { skipsBlocks }: Mood,
): SenderPlan {
  const isPlain = plain.habit !== "refuse-oack";
  switch (random.int(0, 29)) {
    case 0:
      return isPlain
        ? { ...plain, tsize: true, boastBytes: random.pick([-1, 1, 1, 500]) }
        : plain;
    case 1:
    case 2:
      return { ...plain, guessAfter: random.int(1, 5) };
    case 3:
    case 4: {
      if (skipsBlocks) return plain;
      // Without its size, or a whole block, a cut file looks like a whole one.
      const files = plain.files.map((it) => ({ ...it, bytes: it.bytes + 513 }));
      const habit = random.pick(["deaf", "from-zero"] as const);
      return { ...plain, files, tsize: true, habit };
    }
    case 5:
    case 6: {
      // It knows no windows, and asks again before the answer can have come.
      const slow = random.chance(0.5)
        ? { latencyMs: 300, intervalMs: 500 }
        : {};
      const windowsize = undefined;
      const tsize = skipsBlocks || random.chance(0.5);
      const own = { windowsize, tsize, timeoutSeconds: 1, thinkMs: 0 };
      const echoAfter = undefined;
      return { ...plain, ...own, ...slow, echoAfter, habit: "reader" };
    }
    default:
      return plain;
  }
}

/** Two files of one port differ, or nobody could tell them apart. */
function generateFiles(
  random: Random,
  blksize: number,
  { lateMs }: Mood,
): FilePlan[] {
  // A file of a few large blocks is as good as one of many.
  const mostBlocks = blksize > 1_428 ? 3 : 20;
  const sizeOf = () =>
    Math.min(random.pick([0, 1, 1, 2, 3, 5, 9, 20]), mostBlocks) * blksize +
    (random.chance(0.4) ? 0 : random.int(1, blksize - 1));
  const first: FilePlan = {
    name: random.chance(0.97) ? random.pick(NAMES) : "../passwd",
    bytes: sizeOf(),
    pauseMs: random.pick([0, 0, 10, 500, 3_000]),
  };
  if (random.chance(0.8)) return [first];
  const bytes = sizeOf();
  return [first, {
    name: `${random.pick(NAMES)}.1`,
    bytes: bytes === first.bytes ? bytes + 1 : bytes,
    pauseMs: lateMs > 0
      ? random.pick([1_000, 2_000, 7_000])
      : random.pick([0, 0, 10, 1_000, 6_000]),
  }];
}
