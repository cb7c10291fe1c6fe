/**
 * Events to be printed, and what is printed for them.
 *
 * @module
 */

import type { Packet } from "../../lib/protocol/packet.ts";
import type { Failure } from "../../lib/protocol/transfer_state.ts";
import type { Event } from "../../lib/report/event.ts";
import { textReport, type Verbosity } from "../../lib/report/text.ts";

/** Whom the events are about. */
export const PEER = { hostname: "192.0.2.7", port: 50_312 };
/** How a line about {@linkcode PEER} begins. */
export const FROM = "wotftp: 192.0.2.7:50312";

/** What a report prints. */
export function printed(
  verbosity: Verbosity,
  ...events: readonly Event[]
): string[] {
  const lines: string[] = [];
  const report = textReport(verbosity, (line) => lines.push(line));
  for (const event of events) report.add(event);
  return lines;
}

/** A plain accepted request, but for what is given. */
export function accepted(
  terms: Partial<Extract<Event, { kind: "accepted" }>>,
): Event {
  return {
    kind: "accepted",
    peer: PEER,
    filename: "a.cfg",
    mode: "octet",
    blksize: 512,
    windowsize: 1,
    tsize: undefined,
    ...terms,
  };
}

/** A plain stored upload, but for what is given. */
export function stored(
  terms: Partial<Extract<Event, { kind: "stored" }>>,
): Event {
  return {
    kind: "stored",
    peer: PEER,
    filename: "a.cfg",
    storedName: "a.cfg",
    bytes: 1_048_576,
    seconds: 0.8,
    announced: undefined,
    ...terms,
  };
}

/** An upload that ended without a file. */
export function failed(why: Failure, trouble?: string): Event {
  return {
    kind: "failed",
    peer: PEER,
    filename: "a.cfg",
    bytes: 512,
    seconds: 60,
    why,
    trouble,
  };
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
