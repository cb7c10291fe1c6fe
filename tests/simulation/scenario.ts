/**
 * A world before it begins, as plain data: who sends what and how, what the
 * network and the disk do to it, and what the server lets in. A run depends on
 * nothing else, so a scenario that fails can be cut down piece by piece.
 *
 * @module
 */

/** The way of a packet: `up` to the server, `down` to the sender. */
export type Direction = "up" | "down";

/**
 * What can happen to a packet.
 *
 * - `drop`: it is lost.
 * - `flip`: a bit of it changes; the checksum of UDP tells, and it is lost.
 * - `repeat`: it comes once more, `ms` later.
 * - `delay`: it comes `ms` later, behind others.
 * - `stranger`: something else comes along with it from another address.
 */
export type FaultKind = "drop" | "flip" | "repeat" | "delay" | "stranger";

/** One thing that happens to one packet. */
export interface PacketFault {
  /** What happens. */
  readonly kind: FaultKind;
  /** Whose packet: the sender's `id`. */
  readonly sender: number;
  /** Which way it goes. */
  readonly direction: Direction;
  /** Which packet on that way, the first being 0. */
  readonly nth: number;
  /** For `repeat` and `delay`: milliseconds. For `stranger`: what it brings. */
  readonly amount: number;
}

/** Something that happens to packets by chance, or to all for some time. */
export interface Rate {
  /** What happens. */
  readonly kind: FaultKind;
  /** How likely it is, 0 to 1. */
  readonly chance: number;
  /** For `repeat` and `delay`: milliseconds at most. */
  readonly maxMs: number;
  /** Only on this way; `undefined` for both. */
  readonly direction: Direction | undefined;
  /** From when, milliseconds. */
  readonly fromMs: number;
  /** Until when, milliseconds; infinite for ever. */
  readonly untilMs: number;
}

/**
 * - `true`: as the RFCs have it.
 * - `apprentice`: answers every ACK with DATA, repeated ones as well
 *   (Sorcerer's Apprentice, RFC 1123 section 4.2.3.1).
 * - `ack-oack`: answers the OACK with ACK 0 before its first block.
 * - `block-zero`: sends an empty block 0 before its first block.
 * - `refuse-oack`: answers the OACK with ERROR 8 and asks without options.
 */
export type Habit =
  | "true"
  | "apprentice"
  | "ack-oack"
  | "block-zero"
  | "refuse-oack";

/** One file to be sent. */
export interface FilePlan {
  /** The name asked for. */
  readonly name: string;
  /** Its size. */
  readonly bytes: number;
  /** The pause before it, milliseconds. */
  readonly pauseMs: number;
}

/** A sender's end before its time. */
export interface Quit {
  /** After this many blocks were acknowledged. */
  readonly afterBlocks: number;
  /** Whether it says so. */
  readonly withError: boolean;
  /** Whether it sends one more window before. */
  readonly afterWindow: boolean;
}

/** One sender. */
export interface SenderPlan {
  /** What its dice, its address and its content are made from. */
  readonly id: number;
  /** Senders with the same number share an address. */
  readonly host: number;
  /** Milliseconds a packet takes to the server or back. */
  readonly latencyMs: number;
  /** What it sends, one after the other from one port. */
  readonly files: readonly FilePlan[];
  /** The option asked for; `undefined` for not asked. */
  readonly blksize: number | undefined;
  /** The option asked for; `undefined` for not asked. */
  readonly windowsize: number | undefined;
  /** The option asked for, in seconds; `undefined` for not asked. */
  readonly timeoutSeconds: number | undefined;
  /** Whether the size is announced. */
  readonly tsize: boolean;
  /** The wait before it repeats itself, milliseconds. */
  readonly intervalMs: number;
  /** How often it repeats itself in vain before it gives up. */
  readonly tries: number;
  /** How often it sends every packet. */
  readonly copies: number;
  /** What is peculiar about it. */
  readonly habit: Habit;
  /** What follows block 65535. The server does not know about 1. */
  readonly rollover: 0 | 1;
  /**
   * Blocks that both sides take as sent already, so that numbers roll over
   * without 65 536 blocks before; see `skippedBlocksOf`.
   */
  readonly skippedBlocks: number;
  /** If it does not want to finish. */
  readonly quit: Quit | undefined;
}

/** What somebody sends to the listening port who sends no file. */
export interface Noise {
  /** When, milliseconds. */
  readonly atMs: number;
  /** What it is made from. */
  readonly dice: number;
}

/** One operation of the disk that fails. */
export interface DiskFault {
  /** Which operation. A `late` write is noticed by the next operation only. */
  readonly kind: "write" | "late-write" | "sync" | "publish";
  /** Which of its kind in this world, the first being 0. */
  readonly nth: number;
}

/** The disk. */
export interface DiskPlan {
  /** Names that are in use before. */
  readonly oldNames: readonly string[];
  /** What goes wrong. */
  readonly faults: readonly DiskFault[];
  /** How long some writes take, milliseconds. */
  readonly writeMs: number;
  /** How long it takes to save a file, milliseconds. */
  readonly commitMs: number;
  /** How long it takes to look into the directory, milliseconds. */
  readonly lookMs: number;
}

/** What the server lets in. */
export interface LimitPlan {
  /** Uploads at once in all. */
  readonly maxTransfers: number;
  /** Uploads at once of one address. */
  readonly maxPerClient: number;
  /** The largest file, bytes. */
  readonly maxBytes: number;
  /** What the disk has left, bytes; `undefined` if nobody knows. */
  readonly freeBytes: number | undefined;
  /** The longest wait for a block, milliseconds. */
  readonly idleMs: number;
  /** The longest upload, milliseconds. */
  readonly durationMs: number;
}

/** A world. */
export interface Scenario {
  /** What it was generated from, and the dice of `rates`. */
  readonly seed: number;
  /** Who sends. */
  readonly senders: readonly SenderPlan[];
  /** What happens to packets by chance. */
  readonly rates: readonly Rate[];
  /** What happens to certain packets. */
  readonly faults: readonly PacketFault[];
  /** Who else makes itself heard. */
  readonly noise: readonly Noise[];
  /** The disk. */
  readonly disk: DiskPlan;
  /** What the server lets in. */
  readonly limits: LimitPlan;
}

/** Limits that nobody reaches. */
export const ROOMY: LimitPlan = {
  maxTransfers: 1_000,
  maxPerClient: 1_000,
  maxBytes: Infinity,
  freeBytes: undefined,
  idleMs: 60_000,
  durationMs: 24 * 60 * 60 * 1_000,
};

/** A disk that is empty, fast and sound. */
export const SOUND_DISK: DiskPlan = {
  oldNames: [],
  faults: [],
  writeMs: 0,
  commitMs: 0,
  lookMs: 0,
};
