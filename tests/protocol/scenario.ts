/**
 * What the stories of the transfer tests are made of.
 *
 * @module
 */

import type {
  AckPacket,
  ErrorPacket,
  OackPacket,
  RequestPacket,
} from "../../lib/protocol/packet.ts";
import type { TransferTerms } from "../../lib/protocol/terms.ts";
import {
  evict,
  expire,
  fail,
  open,
  receive,
  supersede,
} from "../../lib/protocol/transfer.ts";
import {
  type Action,
  nextDeadline,
  type Reply,
  type Step,
  type Transfer,
} from "../../lib/protocol/transfer_state.ts";
import {
  data,
  FULL,
  packetOf,
  playStory,
  standing,
  type Teller,
  tellFrom,
} from "./story.ts";

/** Small blocks, so that a test can spell them out; round times. */
export const TERMS: TransferTerms = {
  ...{ blksize: 8, windowsize: 1, timeoutMs: 1_000, minTimeoutMs: 1_000 },
  ...{ announcedBytes: undefined, rollover: undefined, maxBytes: Infinity },
  ...{ idleMs: 60_000, durationMs: 600_000 },
};

/** The answer to a request without options. */
export const ACK_0: AckPacket = { kind: "ack", block: 0 };

/** The answer to a request with an option. */
export const OACK: OackPacket = {
  kind: "oack",
  options: [{ name: "blksize", value: "8" }],
};

/** A repetition of the request. */
export const WRQ: RequestPacket = {
  ...{ kind: "wrq", filename: "a", mode: "octet", options: [] },
};

/** What a client sends that gives up. */
export const BYE: ErrorPacket = { kind: "error", code: 0, message: "bye" };

/** What a client is told whose file cannot be stored. */
export const DISK_FULL: ErrorPacket = {
  ...{ kind: "error", code: 3, message: "disk full" },
};

/** A transfer whose request was answered at time 0. */
export function opened(
  terms: Partial<TransferTerms> = {},
  reply: Reply = ACK_0,
): Transfer {
  return open({ ...TERMS, ...terms }, reply, 0).transfer;
}

/** A transfer amid a file, its last block acknowledged at time 0. */
export function atBlock(
  block: number,
  terms: Partial<TransferTerms> = {},
): Transfer {
  const reply: Reply = { kind: "ack", block };
  const at = { reply, block, acked: block, bytes: block * 8 };
  const transfer = { ...opened(terms), phase: "receiving", ...at } as const;
  return { ...transfer, deadline: nextDeadline(transfer, 0) };
}

/** A transfer whose file was saved with block 6 at time 0. */
export function dallying(): Transfer {
  return receive(atBlock(5), data(6, "end"), 0).transfer;
}

/** A transfer behind block 5 that failed on a full disk at time 0. */
export function failed(): Transfer {
  return fail(atBlock(5), 3, "disk full", 0).transfer;
}

/**
 * Holds a transfer to a story; the transfer at its end. What happens is a packet
 * as {@linkcode packetOf} reads it, or `expire`, `fail` (because the disk is
 * full), `supersede` or `evict`. What comes of it is `nothing`, or all actions,
 * the phase if it is another one, and the deadline if there is one, as in
 * `write, ack 1 | receiving 1070`.
 */
export function play(before: Transfer, story: string): Transfer {
  return playStory(before, story, happen);
}

/** Makes tests of such stories that begin with a transfer. */
export function from(before: Transfer): Teller {
  return tellFrom(before, happen);
}

function happen(
  before: Transfer,
  what: string,
  now: number,
): [Transfer, string] {
  const { transfer, actions } = stepOf(before, what, now);
  if (transfer === before && actions.length === 0) return [transfer, "nothing"];
  const done = actions.map(inWords).join(", ") || "no word";
  return [transfer, `${done} | ${standing(transfer, before)}`];
}

function stepOf(transfer: Transfer, what: string, now: number): Step {
  switch (what) {
    case "expire":
      return expire(transfer, now);
    case "fail":
      return fail(transfer, DISK_FULL.code, DISK_FULL.message, now);
    case "supersede":
      return supersede(transfer);
    case "evict":
      return evict(transfer);
    default:
      return receive(transfer, packetOf(what), now);
  }
}

function inWords(action: Action): string {
  switch (action.kind) {
    case "send": {
      const { packet } = action;
      return packet.kind === "ack"
        ? `ack ${packet.block}`
        : packet.kind === "oack"
        ? "oack"
        : `error ${packet.code} ${packet.message}`;
    }
    case "write": {
      const text = new TextDecoder().decode(action.payload);
      return text === FULL ? "write" : `write ${text}`;
    }
    case "commit":
      return "commit";
    case "discard":
      return `discard ${Object.values(action.why).join(" ")}`;
  }
}
