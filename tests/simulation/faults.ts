/**
 * Servers with one deliberate mistake each, to show that the simulation bites.
 * Nothing in the server knows of them: it is handed a machine, decisions,
 * sockets, files or a way between its threads that is not as it should be.
 *
 * @module
 */

import { decide } from "../../lib/policy/decide.ts";
import { discount } from "../../lib/policy/seats.ts";
import type { Socket } from "../../lib/socket.ts";
import type { Part } from "../../lib/transfer/session.ts";
import type { Disk, SimulatedPart } from "./disk.ts";
import { later } from "./later.ts";
import { MACHINE_FAULTS } from "./machine_faults.ts";
import { REAL, type Server } from "./server.ts";

/** A server with a mistake. */
export interface Fault {
  /** What it does wrong. */
  readonly name: string;
  /** Seeds that are enough to catch it, with a margin. */
  readonly within: number;
  /** What is not as it should be. */
  readonly server: Server;
}

/** All the mistakes. */
export const FAULTS: readonly Fault[] = [
  ...MACHINE_FAULTS,
  withPart("ignores that fsync failed", 1_000, (part) => ({
    commit: () => part.commit({ minds: false }),
  })),
  withPart("publishes before the last block", 50, (part) => ({
    write: (bytes) => {
      const wait = part.write(bytes);
      const { tsize } = part.order.accepted.terms;
      if (wait !== undefined || part.taken !== tsize) return wait;
      return part.commit().then(() => {});
    },
  })),
  withPart("writes into the old file", 250, (part, { files }) => ({
    write: (bytes) => {
      files.set(part.name, bytes.slice());
      return part.write(bytes);
    },
  })),
  withPart("takes a file for saved that is about to be", 50, (part, disk) => ({
    commit: () => {
      part.commit().then(() => {}, () => {});
      const stored = { name: part.name, replacedBytes: undefined };
      return later(disk.clock, 0, () => stored);
    },
  })),
  fault("takes blocks from anybody", 600, { socket: trustingSocket }),
  fault("begins anew when a request is repeated", 1_000, {
    // No request is like the one before.
    decide: (rules, standing, { bytes, ...arrival }) => {
      const { nextId } = standing.seats;
      const changed = Uint8Array.of(...bytes, nextId >> 8, nextId);
      return decide(rules, standing, { ...arrival, bytes: changed });
    },
  }),
  fault("lets a guessed port end an upload", 1_000, {
    decide: (rules, standing, arrival) => {
      const { all } = standing.seats;
      for (const seat of all.values()) seat.progressAt = -Infinity;
      return decide(rules, standing, arrival);
    },
  }),
  fault("does not count a seat when it is taken", 1_000, {
    decide: (rules, standing, arrival) => {
      const decision = decide(rules, standing, arrival);
      if (decision.kind === "admit") discount(standing.seats, decision.seat);
      return decision;
    },
  }),
  fault("loses an order", 50, {
    carries: (it) => it.kind !== "open" || it.seat % 4 !== 2,
  }),
  fault("does not hear that a socket is closed", 50, {
    carries: (it) => it.kind !== "closed" || it.seat % 4 !== 2,
  }),
  fault("does not hear that a request is refused", 500, {
    carries: ({ kind }) => kind !== "refused",
  }),
  fault("lets one message overtake another", 1_000, { keepsOrder: false }),
  withCause(
    "blames a firewall for every failure",
    "its blocks do not reach the port that we answered from, or it has gone",
  ),
  withCause("does not say what probably happened", undefined),
];

function fault(name: string, within: number, worse: Partial<Server>): Fault {
  return { name, within, server: { ...REAL, ...worse } };
}

function withCause(name: string, cause: string | undefined): Fault {
  const diagnosis = { cause, advice: undefined };
  return fault(name, 50, {
    tells: (event) => event.kind === "failed" ? { ...event, diagnosis } : event,
  });
}

function withPart(
  name: string,
  within: number,
  worse: (part: SimulatedPart, disk: Disk) => Partial<Part>,
): Fault {
  return fault(name, within, {
    part: (part, disk) => ({
      write: (bytes) => part.write(bytes),
      commit: () => part.commit(),
      discard: () => part.discard(),
      ...worse(part, disk),
    }),
  });
}

/** A socket that takes everybody for the one it sent to first. */
function trustingSocket(socket: Socket): Socket {
  let peer: Deno.NetAddr | undefined;
  return {
    receive: (buffer) =>
      socket.receive(buffer).then(([bytes, from]) => [bytes, peer ?? from]),
    send: (bytes, to) => {
      peer ??= to;
      return socket.send(bytes, to);
    },
    close: () => socket.close(),
  };
}
