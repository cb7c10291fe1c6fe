/**
 * A world before it begins, as plain data: who sends what and how, what the
 * network and the disk do to it, and what the server lets in. A run depends on
 * nothing else, so a scenario that fails can be cut down piece by piece.
 *
 * All times are milliseconds, all sizes bytes.
 *
 * @module
 */

/** The way of a packet: `up` to the server, `down` to the sender. */
export type Direction = "up" | "down";

/**
 * A packet is lost, comes once more later, comes late and behind others, or
 * something else comes along with it from another address.
 */
export type FaultKind = "drop" | "repeat" | "delay" | "stranger";

/** One thing that happens to one packet. */
export interface PacketFault {
  readonly kind: FaultKind;
  /** Whose packet: the sender's `id`. */
  readonly sender: number;
  readonly direction: Direction;
  /** Which packet on that way, the first being 0. */
  readonly nth: number;
  /** How much later; for `stranger`, what it brings. */
  readonly amount: number;
}

/** Something that happens to packets by chance, or to all for some time. */
export interface Rate {
  readonly kind: FaultKind;
  readonly chance: number;
  /** How much later at most. */
  readonly maxMs: number;
  /** Only on this way; `undefined` for both. */
  readonly direction: Direction | undefined;
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * - `true`: as the RFCs have it.
 * - `apprentice`: answers every ACK with DATA, repeated ones as well
 *   (Sorcerer's Apprentice, RFC 1123 section 4.2.3.1).
 * - `ack-oack`: answers the OACK with ACK 0 before its first block.
 * - `block-zero`: sends an empty block 0 before its first block.
 * - `refuse-oack`: answers the OACK with ERROR 8 and asks without options.
 * - `reader`: takes every OACK for leave to read on in its file, and sends the
 *   next part of it as its first block, as curl does.
 * - `deaf`: takes an OACK for ACK 0.
 * - `from-zero`: numbers its blocks from 0.
 */
export type Habit =
  | "true"
  | "apprentice"
  | "ack-oack"
  | "block-zero"
  | "refuse-oack"
  | "reader"
  | "deaf"
  | "from-zero";

/** One file to be sent. */
export interface FilePlan {
  readonly name: string;
  readonly bytes: number;
  readonly pauseMs: number;
}

/** A sender's end before its time. */
export interface Quit {
  /** After this many blocks were acknowledged. */
  readonly afterBlocks: number;
  /** Whether it says so, and whether it sends one more window before. */
  readonly withError: boolean;
  readonly afterWindow: boolean;
}

/** One sender. */
export interface SenderPlan {
  /** What its dice, its port and its content are made from. */
  readonly id: number;
  readonly host: number;
  /** How long a packet takes to the server or back. */
  readonly latencyMs: number;
  /** What it sends, one after the other from one port. */
  readonly files: readonly FilePlan[];
  /** The options it asks for; `undefined` for not. */
  readonly blksize: number | undefined;
  readonly windowsize: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly tsize: boolean;
  /** How much more it announces than it sends, if it announces anything. */
  readonly boastBytes: number;
  /** How long it thinks before each block or window. */
  readonly thinkMs: number;
  /** The block behind which somebody guesses its port and asks in its name. */
  readonly guessAfter: number | undefined;
  /** The wait before it repeats itself. */
  readonly intervalMs: number;
  /** How often it repeats itself in vain before it gives up. */
  readonly tries: number;
  /**
   * Whether it waits as `wotftp put` does: as long as answers take, twice as long
   * each time; and says so when it gives up. Others wait equally long each time
   * and give up without a word.
   */
  readonly adapts: boolean;
  /** How often it sends every packet. */
  readonly copies: number;
  readonly habit: Habit;
  /** What follows block 65535, and whether it asks the server for that. */
  readonly rollover: 0 | 1;
  readonly asksRollover: boolean;
  /**
   * Behind which block, where blocks count as sent already, the network brings
   * the first one of those.
   */
  readonly echoAfter: number | undefined;
  /** If it does not want to finish. */
  readonly quit: Quit | undefined;
}

/** What somebody sends to the listening port who sends no file. */
export interface Noise {
  readonly atMs: number;
  /** What it is made from. */
  readonly dice: number;
}

/** One operation of the disk that fails. */
export interface DiskFault {
  /** Which operation. A `late` write is noticed by the next operation only. */
  readonly kind: "look" | "write" | "late-write" | "sync" | "publish";
  /** Which of its kind in this world, the first being 0. */
  readonly nth: number;
}

/** The disk. */
export interface DiskPlan {
  /** Names that are in use before. */
  readonly oldNames: readonly string[];
  readonly faults: readonly DiskFault[];
  /** How long some writes take, saving a file, and looking for its name. */
  readonly writeMs: number;
  readonly commitMs: number;
  readonly lookMs: number;
}

/** What the server lets in. */
export interface LimitPlan {
  readonly maxTransfers: number;
  readonly maxPerClient: number;
  readonly maxBufferBytes: number;
  readonly maxBytes: number;
  /** What the disk has left; `undefined` if nobody knows. */
  readonly freeBytes: number | undefined;
  readonly idleMs: number;
  readonly durationMs: number;
  /** How many sockets uploads may have open. */
  readonly sockets: number;
}

/** The server's threads. */
export interface ThreadPlan {
  /** How many transfer threads there are in the beginning, and at most. */
  readonly first: number;
  readonly most: number;
  /** How long it takes to start one more. */
  readonly startMs: number;
  /** How long it takes at most from the front to a thread or back. */
  readonly carrierMs: number;
}

/** An end of the server while there may be uploads. */
export interface StopPlan {
  readonly atMs: number;
  /** How long running uploads may go on; `undefined` for not at all. */
  readonly graceMs: number | undefined;
}

/** A world. */
export interface Scenario {
  /** What it was generated from, and the dice of `rates` and threads. */
  readonly seed: number;
  readonly senders: readonly SenderPlan[];
  /**
   * Blocks that both sides take as sent already where an OACK is the answer, so
   * that numbers roll over without 65 536 blocks before.
   */
  readonly skippedBlocks: number;
  readonly rates: readonly Rate[];
  /** Larger datagrams are lost. */
  readonly maxDatagramBytes: number;
  /** Whether all uploads share the listening port. */
  readonly isSinglePort: boolean;
  readonly faults: readonly PacketFault[];
  readonly noise: readonly Noise[];
  readonly disk: DiskPlan;
  readonly limits: LimitPlan;
  readonly threads: ThreadPlan;
  /** If the server stops before all is quiet. */
  readonly stop: StopPlan | undefined;
}

/** Limits that nobody reaches. */
export const ROOMY: LimitPlan = {
  maxTransfers: 1_000,
  maxPerClient: 1_000,
  maxBufferBytes: Infinity,
  maxBytes: Infinity,
  freeBytes: undefined,
  idleMs: 60_000,
  durationMs: 24 * 60 * 60 * 1_000,
  sockets: Infinity,
};

/** A disk that is empty, fast and sound. */
export const SOUND_DISK: DiskPlan = {
  oldNames: [],
  faults: [],
  writeMs: 0,
  commitMs: 0,
  lookMs: 0,
};

/** One thread, and no way to it. */
export const ONE_THREAD: ThreadPlan = {
  first: 1,
  most: 1,
  startMs: 0,
  carrierMs: 0,
};
