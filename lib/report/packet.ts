/**
 * Shows packets to an operator who wants to see all of them.
 *
 * @module
 */

import type { Event, Report } from "./event.ts";

/** A packet that came or went. */
export type Sighting = Omit<Extract<Event, { kind: "packet" }>, "kind">;

/**
 * Reports a packet if packets are wanted.
 *
 * @param report Where to.
 * @param sighting The packet.
 */
export function showPacket(report: Report, sighting: Sighting): void {
  if (report.packets) report.add({ kind: "packet", ...sighting });
}
