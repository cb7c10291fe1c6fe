/**
 * What follows from a scenario: what is sent, what may be answered, and what has
 * to succeed.
 *
 * @module
 */

import { NEGOTIATION } from "../../lib/config.ts";
import { isSameBytes } from "../../lib/protocol/bytes.ts";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import type { Option } from "../../lib/protocol/packet.ts";
import { classify } from "../../lib/protocol/request.ts";
import { addressOfSender } from "./address.ts";
import {
  type Habit,
  ROOMY,
  type Scenario,
  type SenderPlan,
} from "./scenario.ts";

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

/** The options of a request for so many bytes, in a spelling to be kept. */
export function optionsOf(
  plan: SenderPlan,
  bytes: number,
): Option[] {
  const { blksize, windowsize, timeoutSeconds, tsize, boastBytes } = plan;
  const all = {
    blksize,
    WindowSize: windowsize,
    timeout: timeoutSeconds,
    Rollover: plan.asksRollover ? plan.rollover : undefined,
    tsize: tsize ? Math.max(0, bytes + boastBytes) : undefined,
  };
  return Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: `${value}` }]
  );
}

/**
 * Whether an option may be granted (RFC 2348, 2349 and 7440): block size and
 * window may become less, the others are repeated.
 */
export function isGrant(
  { name, value }: Option,
  asked: readonly Option[],
): boolean {
  const wanted = asked.find((option) => option.name === name)?.value;
  if (wanted === undefined) return false;
  return /^(blksize|windowsize)$/i.test(name)
    ? Number(value) >= 1 && Number(value) <= Number(wanted)
    : value === wanted;
}

/** Whether a request is to be answered so. */
export function isAnswer(bytes: Uint8Array, request: Uint8Array): boolean {
  const [answer, asked] = [decodePacket(bytes), decodePacket(request)];
  const verdict = classify(asked, NEGOTIATION);
  if (verdict.kind !== "accept" || asked.kind !== "wrq") return false;
  const { reply } = verdict;
  if (reply.kind === "ack") return isSameBytes(bytes, encodePacket(reply));
  // Little memory and small blocks are no reason to leave an option out.
  return answer.kind === "oack" && bytes.length <= request.length &&
    answer.options.length === reply.options.length &&
    answer.options.every((option) => isGrant(option, asked.options));
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

/** Whether nobody has anything against a name. */
export function isPlainName(name: string): boolean {
  return /^[a-z][a-z.0-9]*$/.test(name);
}

const ODD: ReadonlySet<Habit> = new Set(["refuse-oack", "deaf", "from-zero"]);
/** The longest delay that a sure upload bears with, milliseconds. */
const SURE_DELAY_MS = 300;
/** Somebody who pauses for longer may give way to a guess, milliseconds. */
const LIVELY_MS = 1_000;
/** The longest wait for the disk that it bears with, milliseconds. */
const SURE_DISK_MS = 8_000;

/**
 * Whether a sender's uploads have to succeed: it does nothing odd, the server
 * has room, the disk works, and no more packets are lost than the dally makes
 * up for.
 */
export function isSure(sender: SenderPlan, scenario: Scenario): boolean {
  const { guessAfter, habit, id, intervalMs, thinkMs, timeoutSeconds } = sender;
  const timeoutMs = timeoutSeconds === undefined ? 1_000 : timeoutSeconds * 1e3;
  const dallyMs = Math.max(6_000, 3 * timeoutMs);
  const repeats = Math.floor((dallyMs - 2 * SURE_DELAY_MS) / intervalMs);
  const losses = scenario.faults.filter((it) =>
    it.sender === id && it.kind === "drop"
  );
  const isOnce = sender.copies === 1 && scenario.faults.length === 0 &&
    scenario.rates.every(({ kind }) => kind === "stranger");
  const isSmooth =
    scenario.rates.every(({ kind, maxMs }) =>
      kind === "stranger" || kind !== "drop" && maxMs <= SURE_DELAY_MS
    ) && scenario.faults.every(({ kind, amount }) =>
      kind !== "repeat" && kind !== "delay" || amount <= SURE_DELAY_MS
    );
  const { disk, limits, stop } = scenario;
  return isSmooth && stop === undefined && limits === ROOMY &&
    !ODD.has(habit) && (habit !== "reader" || isOnce) &&
    (sender.blksize ?? 0) < scenario.maxDatagramBytes &&
    (guessAfter === undefined || isOnce && thinkMs < LIVELY_MS) &&
    sender.boastBytes <= 0 && isClear(sender) &&
    sender.quit === undefined && sender.tries >= 20 &&
    intervalMs >= timeoutMs && intervalMs >= 1_000 &&
    losses.length < (sender.adapts ? Math.log2(repeats + 1) : repeats) &&
    sender.files.every(({ name, pauseMs }, i) =>
      isPlainName(name) && (i === 0 || pauseMs >= 1_000)
    ) &&
    disk.faults.length === 0 && disk.lookMs <= SURE_DELAY_MS &&
    disk.writeMs <= SURE_DELAY_MS && disk.commitMs <= SURE_DISK_MS;
}

/** Whether a server can know how a sender counts beyond block 65535. */
function isClear(
  { asksRollover, boastBytes, files, rollover, tsize }: SenderPlan,
): boolean {
  return rollover === 0 || asksRollover ||
    tsize && boastBytes === 0 && files.every(({ bytes }) => bytes > 0);
}

/** The last block number before they begin anew. */
export const MAX_BLOCK = 65_535;

/** The number of a block for a sender that goes on at 0 or at 1. */
export function wireOf(block: number, rollover: 0 | 1): number {
  if (rollover === 0 || block === 0) return block & 0xffff;
  return (block - 1) % MAX_BLOCK + 1;
}

/** How far a number is ahead of a block, on the circle of all numbers. */
export function aheadOf(wire: number, block: number, rollover: 0 | 1): number {
  return rollover === 0
    ? (wire - block) << 16 >> 16
    : (wire - block % MAX_BLOCK + 32_767 + MAX_BLOCK) % MAX_BLOCK - 32_767;
}

/** Where a peer goes on; strangers as everybody. */
export function rolloverOf({ senders }: Scenario, peer: string): 0 | 1 {
  return senders.find((it) => addressOfSender(it).key === peer)?.rollover ?? 0;
}
