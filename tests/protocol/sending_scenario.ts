/**
 * What the stories of the sending tests are made of.
 *
 * @module
 */

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
import {
  packetOf,
  playStory,
  standing,
  type Teller,
  tellFrom,
} from "./story.ts";

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

/** A file whose request was sent at time 0. */
export function asked(terms: Partial<SendingTerms> = {}): Sending {
  return ask({ ...TERMS, ...terms }, 0).sending;
}

/**
 * A file of so many blocks whose first window was sent at time 0, without a
 * round trip known; what is not answered is repeated after a second.
 */
export function begun(windowsize: number, last: number): Sending {
  const answer = packetOf(`oack blksize=8 windowsize=${windowsize}`);
  const asking = { ...asked({ minTimeoutMs: 1_000 }), repeats: 1 };
  const { sending } = receiveAnswer(asking, answer, PORT, 0);
  return supplyBlocks(sending, last, last, 0).sending;
}

/**
 * Holds a file being sent to a story; how it is at its end. What happens is a
 * packet as {@linkcode packetOf} reads it, `from PORT PACKET` if it is from
 * somewhere else, `ready BLOCKS [last]` if so many are there by now and perhaps
 * the last one is known, `expire` or `cancel`. What comes of it is `nothing`, or
 * all actions, the phase if it is another one, and the deadline or why it failed,
 * as in `blocks 1-4 | sending 1000`.
 */
export function play(before: Sending, story: string): Sending {
  return playStory(before, story, happen);
}

/** Makes tests of such stories that begin with a file being sent. */
export function from(before: Sending): Teller {
  return tellFrom(before, happen);
}

function happen(before: Sending, what: string, now: number): [Sending, string] {
  const { sending, actions } = stepOf(before, what, now);
  if (sending === before && actions.length === 0) return [sending, "nothing"];
  const done = actions.map(inWords).join(", ") || "no word";
  const { why, phase } = sending;
  const end = why === undefined
    ? standing(sending, before)
    : `${phase}: ${Object.values(why).join(" ")}`;
  return [sending, `${done} | ${end}`];
}

function stepOf(sending: Sending, what: string, now: number): SendingStep {
  const [kind, first, second] = what.split(" ");
  switch (kind) {
    case "expire":
      return expireSending(sending, now);
    case "cancel":
      return cancelSending(sending, "cancelled");
    case "ready": {
      const ready = Number(first);
      const last = second === "last" ? ready : undefined;
      return supplyBlocks(sending, ready, last, now);
    }
    case "from": {
      const packet = packetOf(what.replace(/^from \d+ /, ""));
      return receiveAnswer(sending, packet, Number(first), now);
    }
    default:
      return receiveAnswer(sending, packetOf(what), PORT, now);
  }
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
