/**
 * How a sender's plan differs from the manners of `wotftp put`.
 *
 * @module
 */

import { encodePacket } from "../../lib/protocol/codec.ts";
import type { AckPacket, DataPacket } from "../../lib/protocol/packet.ts";
import type {
  Sending,
  SendingTerms,
} from "../../lib/protocol/sending_state.ts";
import { type Address, LISTENER } from "./address.ts";
import { optionsOf } from "./expectation.ts";
import type { Ending } from "./files.ts";
import type { FilePlan, Habit, SenderPlan } from "./scenario.ts";
import type { SenderContext } from "./sender.ts";

/** The first and the shortest wait of those who adapt to the server. */
const TIMEOUT_MS = 1_000;
const MIN_TIMEOUT_MS = 100;
/** They repeat themselves three times in so many of the first waits. */
const ENOUGH = 8;

/** What some send before their first block. */
export const HELLOS: Readonly<
  Partial<Record<Habit, AckPacket | DataPacket>>
> = {
  "ack-oack": { kind: "ack", block: 0 },
  "block-zero": { kind: "data", block: 0, payload: new Uint8Array(0) },
};

/** What is asked for, and how much patience there is. */
export function termsOf(
  plan: SenderPlan,
  { name: filename, bytes }: FilePlan,
): SendingTerms {
  const { adapts, intervalMs, tries } = plan;
  const options = optionsOf(plan, bytes);
  const timeoutMs = adapts ? Math.max(TIMEOUT_MS, intervalMs) : intervalMs;
  return {
    request: { kind: "wrq", filename, mode: "octet", options },
    timeoutMs,
    minTimeoutMs: adapts ? MIN_TIMEOUT_MS : intervalMs,
    silenceMs: Math.max(tries + 1, adapts ? ENOUGH : 0) * timeoutMs,
    durationMs: Infinity,
  };
}

/** From a block to the front, through a thread and a carrier. */
const HEARD_WITHIN_MS = 40;
/** No sender asks for an option of that name, so none takes the answer for its. */
const GUESS = encodePacket({
  ...{ kind: "wrq", filename: "ghost", mode: "octet" },
  options: [{ name: "TSIZE", value: "5" }],
});

/**
 * Somebody who may guess a sender's port and ask for an upload in its name, amid
 * its blocks.
 *
 * @returns To be told how many blocks are acknowledged.
 */
export function newGuess(
  { guessAfter = Infinity, latencyMs }: SenderPlan,
  from: Address,
  { clock, network }: SenderContext,
): (acked: number) => void {
  let isDone = false;
  let provenAt: number | undefined;
  return (acked) => {
    if (isDone || acked === 0) return;
    provenAt ??= clock.now();
    if (acked < guessAfter) return;
    // The front has to have heard of the first block.
    if (clock.now() - provenAt < HEARD_WITHIN_MS) return;
    isDone = true;
    network.inject(GUESS, from, LISTENER, latencyMs);
  };
}

/** How it has ended; `undefined` if it has not. */
export function endingOf(
  { phase, why }: Sending,
  before: Sending | undefined,
  isMisled: boolean,
): Ending | undefined {
  if (phase === "saved") return isMisled ? "misled" : "saved";
  if (phase !== "failed") return undefined;
  if (why?.kind !== "refused") return "gave up";
  return before?.phase === "asking" ? "refused" : "failed";
}
