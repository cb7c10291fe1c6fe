/**
 * What the stories of the sending tests are made of.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { ErrorPacket, Packet } from "../../lib/protocol/packet.ts";
import {
  ask,
  cancelSending,
  expireSending,
  receiveAnswer,
  supplyBlocks,
} from "../../lib/protocol/sending.ts";
import type {
  Sending,
  SendingAction,
  SendingStep,
  SendingTerms,
} from "../../lib/protocol/sending_state.ts";

/** Where the server's transfer answers from. */
export const PORT = 7_000;

/** Small blocks and a small window; round times. */
export const TERMS: SendingTerms = {
  request: {
    kind: "wrq",
    filename: "a",
    mode: "octet",
    options: [
      { name: "blksize", value: "8" },
      { name: "windowsize", value: "4" },
      { name: "tsize", value: "80" },
    ],
  },
  ...{ timeoutMs: 1_000, minTimeoutMs: 100 },
  ...{ silenceMs: 10_000, durationMs: 600_000 },
};

/** What may happen to a file being sent. */
export type Happening =
  | Packet
  /** A packet from somewhere else. */
  | { readonly from: number; readonly packet: Packet }
  /** So many blocks are there by now; perhaps the last one is known. */
  | { readonly ready: number; readonly last?: number }
  | "expire"
  | "cancel";

/**
 * What happens and when, and what comes of it: `nothing`, or all actions, the
 * phase and the deadline, as in `blocks 1-4 | sending 1000`.
 */
export type Story = ReadonlyArray<
  readonly [now: number, what: Happening, outcome: string]
>;

/** An ACK. */
export function ack(block: number): Packet {
  return { kind: "ack", block };
}

/** An OACK of options as in `blksize=8 tsize=80`. */
export function oack(options: string): Packet {
  return {
    kind: "oack",
    options: options.split(" ").map((option) => {
      const [name = "", value = ""] = option.split("=");
      return { name, value };
    }),
  };
}

/** An ERROR. */
export function error(code: number, message = "no"): ErrorPacket {
  return { kind: "error", code, message };
}

/** A file whose request was sent at time 0. */
export function asked(terms: Partial<SendingTerms> = {}): Sending {
  return ask({ ...TERMS, ...terms }, 0).sending;
}

/**
 * A file of so many blocks whose first window was sent at time 0, without a
 * round trip known; what is not answered is repeated after a second.
 */
export function begun(windowsize: number, last: number): Sending {
  const answer = oack(`blksize=8 windowsize=${windowsize}`);
  const asking = { ...asked({ minTimeoutMs: 1_000 }), repeats: 1 };
  const { sending } = receiveAnswer(asking, answer, PORT, 0);
  return supplyBlocks(sending, last, last, 0).sending;
}

/** Holds a file being sent to a story; how it is at its end. */
export function play(before: Sending, story: Story): Sending {
  let sending = before;
  for (const [i, [now, what, outcome]] of story.entries()) {
    const step = happen(sending, what, now);
    assertEquals(outcomeOf(step, sending), outcome, `line ${i + 1}, at ${now}`);
    sending = step.sending;
  }
  return sending;
}

/** Adds a test for each of several stories. */
export function testStories(
  stories: ReadonlyArray<readonly [name: string, Sending, Story]>,
): void {
  for (const [name, before, story] of stories) {
    Deno.test(name, () => void play(before, story));
  }
}

function happen(sending: Sending, what: Happening, now: number): SendingStep {
  if (what === "expire") return expireSending(sending, now);
  if (what === "cancel") return cancelSending(sending, "cancelled");
  if ("ready" in what) return supplyBlocks(sending, what.ready, what.last, now);
  return "from" in what
    ? receiveAnswer(sending, what.packet, what.from, now)
    : receiveAnswer(sending, what, PORT, now);
}

function outcomeOf({ sending, actions }: SendingStep, before: Sending): string {
  if (sending === before && actions.length === 0) return "nothing";
  const done = actions.map(inWords).join(", ") || "no word";
  const { why } = sending;
  const end = why === undefined
    ? sending.deadline === Infinity ? "" : ` ${sending.deadline}`
    : `: ${Object.values(why).join(" ")}`;
  return `${done} | ${sending.phase}${end}`;
}

function inWords(action: SendingAction): string {
  switch (action.kind) {
    case "ask":
      return `ask for ${action.packet.options.length} options`;
    case "blocks":
      return `blocks ${action.first}-${action.last}`;
    case "tell": {
      const { port, packet: { code, message } } = action;
      return `tell ${port} error ${code} ${message}`;
    }
  }
}
