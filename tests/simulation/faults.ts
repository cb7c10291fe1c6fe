/**
 * Servers with one deliberate mistake each, to show that the simulation bites.
 * Nothing in the server knows of them: it is handed a machine, decisions,
 * sockets, files or a way between its threads that is not as it should be.
 *
 * @module
 */

import { decide } from "../../lib/policy/decide.ts";
import type { Diagnosis } from "../../lib/policy/diagnosis.ts";
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
  {
    name: "ignores that fsync failed",
    within: 1_000,
    server: withPart((part) => ({
      commit: () => part.commit({ minds: false }),
    })),
  },
  {
    name: "publishes before the last block",
    within: 50,
    server: withPart((part) => ({
      write: (bytes) => {
        const wait = part.write(bytes);
        const { tsize } = part.order.accepted.terms;
        if (wait !== undefined || part.taken !== tsize) return wait;
        return part.commit().then(() => {});
      },
    })),
  },
  {
    name: "writes into the old file",
    within: 250,
    server: withPart((part, { files }) => ({
      write: (bytes) => {
        files.set(part.name, bytes.slice());
        return part.write(bytes);
      },
    })),
  },
  {
    name: "takes a file for saved that is about to be",
    within: 50,
    server: withPart((part, { clock }) => ({
      commit: () => {
        part.commit().then(() => {}, () => {});
        const stored = { name: part.name, replacedBytes: undefined };
        return later(clock, 0, () => stored);
      },
    })),
  },
  {
    name: "takes blocks from anybody",
    within: 600,
    server: { ...REAL, socket: trustingSocket },
  },
  {
    name: "begins anew when a request is repeated",
    within: 1_000,
    server: {
      ...REAL,
      // No request is like the one before.
      decide: (rules, standing, { bytes, ...arrival }) => {
        const { nextId } = standing.seats;
        const changed = Uint8Array.of(...bytes, nextId >> 8, nextId);
        return decide(rules, standing, { ...arrival, bytes: changed });
      },
    },
  },
  {
    name: "lets a guessed port end an upload",
    within: 1_000,
    server: {
      ...REAL,
      decide: (rules, standing, arrival) => {
        const { all } = standing.seats;
        for (const seat of all.values()) seat.progressAt = -Infinity;
        return decide(rules, standing, arrival);
      },
    },
  },
  {
    name: "does not count a seat when it is taken",
    within: 1_000,
    server: {
      ...REAL,
      decide: (rules, standing, arrival) => {
        const decision = decide(rules, standing, arrival);
        if (decision.kind === "admit") discount(standing.seats, decision.seat);
        return decision;
      },
    },
  },
  {
    name: "loses an order",
    within: 50,
    server: {
      ...REAL,
      carries: (it) => it.kind !== "open" || it.seat % 4 !== 2,
    },
  },
  {
    name: "does not hear that a socket is closed",
    within: 50,
    server: {
      ...REAL,
      carries: (it) => it.kind !== "closed" || it.seat % 4 !== 2,
    },
  },
  {
    name: "does not hear that a request is refused",
    within: 500,
    server: { ...REAL, carries: ({ kind }) => kind !== "refused" },
  },
  {
    name: "lets one message overtake another",
    within: 1_000,
    server: { ...REAL, keepsOrder: false },
  },
  {
    name: "blames a firewall for every failure",
    within: 50,
    server: withDiagnosis({
      cause: "its blocks do not reach the port that we answered from, or it " +
        "has gone",
      advice: undefined,
    }),
  },
  {
    name: "does not say what probably happened",
    within: 50,
    server: withDiagnosis({ cause: undefined, advice: undefined }),
  },
];

function withDiagnosis(diagnosis: Diagnosis): Server {
  return {
    ...REAL,
    tells: (event) => event.kind === "failed" ? { ...event, diagnosis } : event,
  };
}

function withPart(
  worse: (part: SimulatedPart, disk: Disk) => Partial<Part>,
): Server {
  return {
    ...REAL,
    part: (part, disk) => ({
      write: (bytes) => part.write(bytes),
      commit: () => part.commit(),
      discard: () => part.discard(),
      ...worse(part, disk),
    }),
  };
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
