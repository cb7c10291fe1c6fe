/**
 * What the server that is put to the test is made of, as far as it is handed in:
 * the real thing, or something worse.
 *
 * @module
 */

import type { News, Order } from "../../lib/channel.ts";
import { type Decide, decide } from "../../lib/policy/decide.ts";
import { sumOf } from "../../lib/protocol/bytes.ts";
import { MACHINE, type Machine } from "../../lib/protocol/transfer.ts";
import type { Socket } from "../../lib/socket.ts";
import type { Event } from "../../lib/report/event.ts";
import type { Part } from "../../lib/transfer/session.ts";
import type { Disk, SimulatedPart } from "./disk.ts";

/** What is handed to a server. */
export interface Server {
  /** The verbs of a transfer. */
  readonly machine: Machine;
  /** How a datagram is decided about. */
  readonly decide: Decide;
  /** Makes what an upload is written to. */
  readonly part: (part: SimulatedPart, disk: Disk) => Part;
  /** Makes what an upload is received by. */
  readonly socket: (socket: Socket) => Socket;
  /** Whether a message arrives at all. */
  readonly carries: (message: Order | News) => boolean;
  /** What the operator is told of what happens. */
  readonly tells: (event: Event) => Event;
  /** Whether messages arrive in their order. */
  readonly keepsOrder: boolean;
}

/** The server as it is. */
export const REAL: Server = {
  machine: MACHINE,
  decide,
  part: (part) => part,
  socket: (socket) => socket,
  carries: () => true,
  tells: (event) => event,
  keepsOrder: true,
};

/**
 * Has transfers that begin with an OACK take this block for received; and a block
 * of zeros for the first one, if it comes again.
 */
export function beginningBehind(machine: Machine, block: number): Machine {
  if (block === 0) return machine;
  return {
    ...machine,
    open: (terms, reply, now) => {
      const step = machine.open(terms, reply, now);
      const firstSum = sumOf(new Uint8Array(terms.blksize));
      const at = { block, acked: block, firstSum };
      return reply.kind === "oack"
        ? { ...step, transfer: { ...step.transfer, ...at } }
        : step;
    },
  };
}
