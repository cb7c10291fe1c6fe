/**
 * What follows from a scenario: what is sent, and what has to succeed.
 *
 * @module
 */

import { optionsOf } from "./sender_options.ts";
import { ROOMY, type Scenario, type SenderPlan } from "./scenario.ts";

/** The bytes of a sender's file: no two blocks or senders have the same. */
export function contentOf(
  { id }: SenderPlan,
  file: number,
  bytes: number,
): Uint8Array {
  const content = new Uint8Array(bytes);
  const own = id * 59 + file * 23;
  for (let i = 0; i < bytes; i++) {
    content[i] = own + i * 31 + (i >> 8) * 7 + (i >> 16) * 13;
  }
  return content;
}

/**
 * How many blocks a sender and the server take as sent already. None if the
 * request is answered by ACK 0 or the sender begins with block 0: in the midst
 * of a file these numbers have another meaning.
 */
export function skippedBlocksOf(sender: SenderPlan): number {
  const { habit } = sender;
  const hasOptions = optionsOf(sender, 0).length > 0;
  const isPlain = habit !== "block-zero" && habit !== "refuse-oack";
  return hasOptions && isPlain ? sender.skippedBlocks : 0;
}

/**
 * Whether a sender can tell the answers to its requests apart. One that uses
 * its port again has nothing but the size announced: otherwise a late answer
 * to its first request passes for that to the second, and no server can know
 * (RFC 1350 section 4 wants a new port for that reason).
 */
export function isFair({ files, habit, tsize }: SenderPlan): boolean {
  const sizes = new Set(files.map(({ bytes }) => bytes));
  return files.length === 1 ||
    tsize && habit !== "refuse-oack" && sizes.size === files.length;
}

/** The longest delay that a sure upload bears with, milliseconds. */
const SURE_DELAY_MS = 300;
/** The longest wait for the disk that it bears with, milliseconds. */
const SURE_DISK_MS = 8_000;

/**
 * Whether a sender's uploads have to succeed: it does nothing odd, the server
 * has room, the disk works, and no more packets are lost than the dally makes
 * up for.
 *
 * @param sender One of the scenario's senders.
 * @param scenario The world.
 */
export function isSure(sender: SenderPlan, scenario: Scenario): boolean {
  const { habit, intervalMs, timeoutSeconds, id } = sender;
  const timeoutMs = timeoutSeconds === undefined ? 1_000 : timeoutSeconds * 1e3;
  const dallyMs = Math.max(5_000, 3 * timeoutMs);
  const losses = scenario.faults.filter(({ sender, kind }) =>
    sender === id && (kind === "drop" || kind === "flip")
  );
  const isSmooth =
    scenario.rates.every(({ kind, maxMs }) =>
      kind === "stranger" ||
      kind !== "drop" && kind !== "flip" && maxMs <= SURE_DELAY_MS
    ) && scenario.faults.every(({ kind, amount }) =>
      kind !== "repeat" && kind !== "delay" || amount <= SURE_DELAY_MS
    );
  const { disk, limits } = scenario;
  return isSmooth && habit !== "refuse-oack" && sender.rollover === 0 &&
    sender.quit === undefined && sender.tries >= 20 &&
    intervalMs >= timeoutMs && intervalMs >= 1_000 &&
    losses.length < Math.floor((dallyMs - 2 * SURE_DELAY_MS) / intervalMs) &&
    sender.files.every(({ name, pauseMs }, i) =>
      /^[a-z][a-z.0-9]*$/.test(name) && (i === 0 || pauseMs >= 1_000)
    ) &&
    disk.faults.length === 0 && disk.lookMs <= SURE_DELAY_MS &&
    disk.writeMs <= SURE_DELAY_MS && disk.commitMs <= SURE_DISK_MS &&
    limits.maxTransfers >= ROOMY.maxTransfers &&
    limits.maxPerClient >= ROOMY.maxPerClient &&
    limits.maxBytes === Infinity && limits.freeBytes === undefined &&
    limits.idleMs >= ROOMY.idleMs && limits.durationMs >= ROOMY.durationMs;
}
