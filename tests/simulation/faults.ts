/**
 * Servers with one deliberate mistake each, to show that the simulation bites.
 *
 * Measured with seeds 1 to 4000: the first that catches the mistake, the
 * longest stretch of seeds that does not, and the rules that are broken.
 *
 * | a server that                              | first | longest | rules             |
 * | ------------------------------------------ | ----: | ------: | ----------------- |
 * | sends the last ACK before it saves         |     1 |       4 | promise, order    |
 * | acknowledges a block before it is written  |     1 |      11 | order             |
 * | ignores that fsync failed                  |    95 |     246 | content           |
 * | does not dally                             |   113 |     216 | progress          |
 * | compares block numbers regardless of wrap  |     3 |     108 | progress          |
 * | answers an ERROR with an ERROR             |     9 |      27 | answer            |
 * | acknowledges every block behind a gap      |     1 |      59 | storm             |
 * | answers every repeated block at once       |     1 |      21 | storm             |
 * | writes a repeated block twice              |     1 |      10 | content, remains  |
 * | publishes before the last block            |     1 |      10 | early, twice      |
 * | takes a full block for the last            |     1 |      10 | content, early    |
 * | leaves the part behind after a failure     |    11 |      41 | remains           |
 * | begins anew when a request is repeated     |     1 |     194 | progress          |
 * | repeats its OACK without end               |    26 |      52 | flood             |
 * | fails the transfer as it is after the step |    11 |      95 | promise, remains  |
 * | takes blocks from anybody                  |     1 |     134 | stranger, content |
 * | writes into the old file                   |     9 |      51 | damage            |
 * | never tells of a gap nor repeats an ACK    |     5 |     216 | progress          |
 *
 * @module
 */

import { ErrorCode, type Packet } from "../../lib/protocol/packet.ts";
import type { Action, Step } from "../../lib/protocol/transfer_state.ts";
import { type Flaws, type Machine, REAL, type Server } from "./machine.ts";

/** A server with a mistake. */
export interface Fault {
  /** What it does wrong. */
  readonly name: string;
  /** Seeds that are enough to catch it, with a margin. */
  readonly within: number;
  /** The server. */
  readonly server: Server;
}

const { machine } = REAL;

/** All the mistakes. */
export const FAULTS: readonly Fault[] = [
  {
    name: "sends the last ACK before it saves the file",
    within: 50,
    server: withSteps(ackEarly),
  },
  {
    name: "acknowledges a block before it is written",
    within: 50,
    server: withSteps(ackBeforeWrite),
  },
  {
    name: "ignores that fsync failed",
    within: 1_000,
    server: withFlaw("ignoresSyncFault"),
  },
  {
    name: "does not dally",
    within: 1_000,
    server: withSteps((step) =>
      step.transfer.phase === "dallying"
        ? { ...step, transfer: { ...step.transfer, deadline: 0 } }
        : step
    ),
  },
  {
    name: "compares block numbers without regard to the wrap",
    within: 500,
    server: withReceive((transfer, packet, now) =>
      packet.kind === "data" && packet.block < (transfer.block & 0xffff)
        ? { transfer, actions: [] }
        : machine.receive(transfer, packet, now)
    ),
  },
  {
    name: "answers an ERROR with an ERROR",
    within: 200,
    server: withReceive((transfer, packet, now) => {
      const step = machine.receive(transfer, packet, now);
      if (packet.kind !== "error") return step;
      const send: Action = {
        kind: "send",
        packet: { kind: "error", code: ErrorCode.NOT_DEFINED, message: "so?" },
      };
      return { ...step, actions: [...step.actions, send] };
    }),
  },
  {
    name: "acknowledges every block behind a gap",
    within: 300,
    server: withReceive((transfer, packet, now) =>
      machine.receive({ ...transfer, gapAcked: false }, packet, now)
    ),
  },
  {
    name: "answers every repeated block, however fast they come",
    within: 150,
    server: withReceive((transfer, packet, now) =>
      machine.receive({ ...transfer, repliedAt: -Infinity }, packet, now)
    ),
  },
  {
    name: "writes a repeated block twice",
    within: 50,
    server: withReceive((transfer, packet, now) => {
      const step = machine.receive(transfer, packet, now);
      return isRepeated(packet, transfer.block) && packet.payload.length > 0
        ? { ...step, actions: [...step.actions, write(packet.payload)] }
        : step;
    }),
  },
  {
    name: "publishes before the last block",
    within: 50,
    server: withFlaw("commitsAtTsize"),
  },
  {
    name: "takes a full block for the last",
    within: 50,
    server: withSteps((step) =>
      step.transfer.block === 2 && step.transfer.phase === "receiving" &&
        step.actions.some(({ kind }) => kind === "write")
        ? { ...step, actions: [...step.actions, { kind: "commit" }] }
        : step
    ),
  },
  {
    name: "leaves the part behind when an upload fails",
    within: 200,
    server: withSteps((step) => ({
      ...step,
      actions: step.actions.filter(({ kind }) => kind !== "discard"),
    })),
  },
  {
    name: "begins anew when a request is repeated",
    within: 1_000,
    server: withFlaw("restartsOnRepeat"),
  },
  {
    name: "repeats its answer to a request without end",
    within: 300,
    server: {
      ...REAL,
      machine: {
        ...machine,
        expire: (transfer, now) =>
          machine.expire(
            transfer.phase === "opening"
              ? { ...transfer, repeats: 0 }
              : transfer,
            now,
          ),
      },
    },
  },
  {
    name: "fails the transfer as it is after the step",
    within: 500,
    server: withFlaw("failsAfterStep"),
  },
  {
    name: "takes blocks from anybody",
    within: 600,
    server: withFlaw("trustsStrangers"),
  },
  {
    name: "writes into the old file",
    within: 250,
    server: withFlaw("writesInPlace"),
  },
  {
    name: "never tells of a gap nor repeats an ACK for a repeated block",
    within: 1_000,
    server: withReceive((transfer, packet, now) =>
      machine.receive(
        { ...transfer, gapAcked: true, repliedAt: Infinity },
        packet,
        now,
      )
    ),
  },
];

/** A server whose machine's every step is tampered with. */
function withSteps(tamper: (step: Step) => Step): Server {
  const tampered: Machine = {
    open: (terms, reply, now) => tamper(machine.open(terms, reply, now)),
    receive: (transfer, packet, now) =>
      tamper(machine.receive(transfer, packet, now)),
    expire: (transfer, now) => tamper(machine.expire(transfer, now)),
    fail: (transfer, code, message, now) =>
      tamper(machine.fail(transfer, code, message, now)),
    supersede: (transfer) => tamper(machine.supersede(transfer)),
    evict: (transfer) => tamper(machine.evict(transfer)),
  };
  return { ...REAL, machine: tampered };
}

function withReceive(receive: Machine["receive"]): Server {
  return { ...REAL, machine: { ...machine, receive } };
}

function withFlaw(flaw: keyof Flaws): Server {
  return { ...REAL, flaws: { ...REAL.flaws, [flaw]: true } };
}

/** The last ACK goes ahead of the commit. */
function ackEarly(step: Step): Step {
  return step.actions.some(({ kind }) => kind === "commit")
    ? sendFirst(step)
    : step;
}

/** An ACK goes ahead of the write. */
function ackBeforeWrite(step: Step): Step {
  return step.actions.some(({ kind }) => kind === "commit")
    ? step
    : sendFirst(step);
}

function sendFirst({ transfer, actions }: Step): Step {
  const isSend = ({ kind }: Action) => kind === "send";
  return {
    transfer,
    actions: [
      ...actions.filter(isSend),
      ...actions.filter((it) => !isSend(it)),
    ],
  };
}

function isRepeated(
  packet: Packet,
  block: number,
): packet is Extract<Packet, { kind: "data" }> {
  return packet.kind === "data" && block > 0 &&
    packet.block === (block & 0xffff);
}

function write(payload: Uint8Array): Action {
  return { kind: "write", payload };
}
