/**
 * Events to be printed, and what is printed for them.
 *
 * @module
 */

import type { Verbosity } from "../../lib/config.ts";
import type { Counts } from "../../lib/protocol/counts.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import type { Event } from "../../lib/report/event.ts";
import { textReport } from "../../lib/report/text.ts";

/** Whom the events are about. */
export const PEER = { hostname: "192.0.2.7", port: 50_312 };

/** An upload of one block without any trouble. */
export const COUNTS: Counts = {
  ...{ blocks: 1, requests: 0, repeatsIn: 0, repeatsOut: 0, stuck: 0 },
  diskMs: 0,
  roundTripMs: 1.23456,
};

/** The event of a kind. */
type Of<K extends Event["kind"]> = Extract<Event, { kind: K }>;

/** What a report prints. */
export function printed(verbosity: Verbosity, event: Event): string[] {
  const lines: string[] = [];
  textReport(verbosity, (line) => lines.push(line)).add(event);
  return lines;
}

/** A plain accepted request, but for what is given. */
export function accepted(
  terms: Partial<Of<"accepted">> = {},
): Of<"accepted"> {
  return {
    ...{ kind: "accepted", peer: PEER, filename: "a.cfg", mode: "octet" },
    ...{ blksize: 512, windowsize: 1, tsize: undefined, isCutBack: false },
    ...terms,
  };
}

/** A plain stored upload, but for what is given. */
export function stored(terms: Partial<Of<"stored">> = {}): Event {
  return {
    ...{ kind: "stored", peer: PEER, filename: "a.cfg", storedName: "a.cfg" },
    ...{ replacedBytes: undefined, bytes: 1_048_576, seconds: 0.8 },
    ...{ announced: undefined, counts: COUNTS },
    ...terms,
  };
}

/** An upload that ended without a file. */
export function failed(
  why: Of<"failed">["why"],
  trouble?: string,
  diagnosis: Of<"failed">["diagnosis"] = {
    cause: undefined,
    advice: undefined,
  },
): Of<"failed"> {
  return {
    ...{ kind: "failed", peer: PEER, filename: "a.cfg" },
    ...{ isProven: true, bytes: 512, seconds: 60, why, trouble },
    ...{ diagnosis, counts: COUNTS, code: undefined },
  };
}

/** A request that was refused. */
export function refused(
  filename: string | undefined,
  peer = PEER,
): Of<"refused"> {
  const reason = "no";
  return { kind: "refused", peer, filename, reason, isAnswered: true };
}

/** A packet that came or went, and the bytes to be shown for it. */
export function packet(
  packet: Packet,
  bytes: readonly number[] = [0x00, 0x04],
  direction: "in" | "out" = "in",
): Event {
  const shown = Uint8Array.from(bytes);
  return { kind: "packet", direction, peer: PEER, packet, bytes: shown };
}
