/**
 * Servers whose transfer machine makes a mistake.
 *
 * @module
 */

import type { Packet } from "../../lib/protocol/packet.ts";
import { MACHINE, type Machine } from "../../lib/protocol/transfer.ts";
import type {
  Action,
  Step,
  Transfer,
} from "../../lib/protocol/transfer_state.ts";
import type { Fault } from "./faults.ts";
import { MAX_BLOCK } from "./numbers.ts";
import { REAL, type Server } from "./server.ts";

/** The mistakes. */
export const MACHINE_FAULTS: readonly Fault[] = [
  {
    name: "sends the last ACK before it saves the file",
    within: 50,
    server: withSteps((step) => does(step, "commit") ? sendFirst(step) : step),
  },
  {
    name: "acknowledges a block before it is written",
    within: 50,
    server: withSteps((step) => does(step, "commit") ? step : sendFirst(step)),
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
        : MACHINE.receive(transfer, packet, now)
    ),
  },
  {
    name: "answers an ERROR with an ERROR",
    within: 200,
    server: withReceive((transfer, packet, now) => {
      const step = MACHINE.receive(transfer, packet, now);
      return packet.kind === "error"
        ? adding(step, { kind: "send", packet })
        : step;
    }),
  },
  {
    name: "acknowledges every block behind a gap",
    within: 300,
    server: withReceive((transfer, packet, now) =>
      MACHINE.receive({ ...transfer, gapAcked: false }, packet, now)
    ),
  },
  {
    name: "answers every repeated block, however fast they come",
    within: 300,
    server: withReceive((transfer, packet, now) =>
      MACHINE.receive({ ...transfer, squareAt: -Infinity }, packet, now)
    ),
  },
  {
    name: "writes a repeated block twice",
    within: 50,
    server: withReceive((transfer, packet, now) => {
      const step = MACHINE.receive(transfer, packet, now);
      return isRepeated(packet, transfer.block)
        ? adding(step, { kind: "write", payload: packet.payload })
        : step;
    }),
  },
  {
    name: "takes a full block for the last",
    within: 50,
    server: withSteps((step) =>
      step.transfer.block === 2 && step.transfer.phase === "receiving" &&
        does(step, "write")
        ? adding(step, { kind: "commit" })
        : step
    ),
  },
  {
    name: "stores less than was announced",
    within: 1_000,
    server: withMachine({
      open: (terms, ...given) =>
        MACHINE.open({ ...terms, announcedBytes: undefined }, ...given),
    }),
  },
  {
    name: "does not mind another block 1",
    within: 1_000,
    server: withReceive((transfer, packet, now) =>
      MACHINE.receive({ ...transfer, firstSum: undefined }, packet, now)
    ),
  },
  {
    name: "takes every 1 behind 65535 for the next block",
    within: 4_000,
    server: withReceive((transfer, packet, now) => {
      const isOne = packet.kind === "data" && packet.block === 1 &&
        transfer.block === MAX_BLOCK;
      const rollover = transfer.rollover ?? (isOne ? 1 : undefined);
      return MACHINE.receive({ ...transfer, rollover }, packet, now);
    }),
  },
  {
    name: "takes a late block 1 for the next block",
    within: 1_000,
    server: withReceive((transfer, packet, now) =>
      MACHINE.receive({ ...transfer, sawFirstAgain: true }, packet, now)
    ),
  },
  {
    name: "leaves the part behind when an upload fails",
    within: 200,
    server: withSteps(({ transfer, actions }) => ({
      transfer,
      actions: actions.filter(({ kind }) => kind !== "discard"),
    })),
  },
  {
    name: "repeats its answer to a request by itself",
    within: 300,
    server: withMachine({
      expire: (transfer, now) => {
        const step = MACHINE.expire(transfer, now);
        const { phase, reply: packet } = transfer;
        return phase === "opening" && step.actions.length > 0
          ? adding(step, { kind: "send", packet })
          : step;
      },
    }),
  },
  {
    name: "fails the transfer as it is after the step",
    within: 500,
    server: failingAfterStep(),
  },
  {
    name: "never tells of a gap nor repeats an ACK for a repeated block",
    within: 1_000,
    server: withReceive((transfer, packet, now) => {
      const deaf = { ...transfer, gapAcked: true, squareAt: Infinity };
      return MACHINE.receive(deaf, packet, now);
    }),
  },
];

function withMachine(worse: Partial<Machine>): Server {
  return { ...REAL, machine: { ...MACHINE, ...worse } };
}

function withReceive(receive: Machine["receive"]): Server {
  return withMachine({ receive });
}

/** A server whose machine's every step is tampered with. */
function withSteps(tamper: (step: Step) => Step): Server {
  return withMachine({
    open: (...given) => tamper(MACHINE.open(...given)),
    receive: (...given) => tamper(MACHINE.receive(...given)),
    expire: (...given) => tamper(MACHINE.expire(...given)),
    fail: (...given) => tamper(MACHINE.fail(...given)),
    supersede: (...given) => tamper(MACHINE.supersede(...given)),
    evict: (...given) => tamper(MACHINE.evict(...given)),
  });
}

function failingAfterStep(): Server {
  const after = new WeakMap<Transfer, Transfer>();
  return withMachine({
    receive: (transfer, ...given) => {
      const step = MACHINE.receive(transfer, ...given);
      after.set(transfer, step.transfer);
      return step;
    },
    fail: (transfer, ...given) =>
      MACHINE.fail(after.get(transfer) ?? transfer, ...given),
  });
}

function does({ actions }: Step, wanted: Action["kind"]): boolean {
  return actions.some(({ kind }) => kind === wanted);
}

function adding({ transfer, actions }: Step, action: Action): Step {
  return { transfer, actions: [...actions, action] };
}

function sendFirst({ transfer, actions }: Step): Step {
  const { send = [], other = [] } = Object.groupBy(
    actions,
    ({ kind }) => kind === "send" ? kind : "other",
  );
  return { transfer, actions: [...send, ...other] };
}

function isRepeated(
  packet: Packet,
  block: number,
): packet is Extract<Packet, { kind: "data" }> {
  return packet.kind === "data" && packet.payload.length > 0 && block > 0 &&
    packet.block === (block & 0xffff);
}
